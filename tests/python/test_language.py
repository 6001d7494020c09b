"""The words of the commands in Russian: all of them, in the right forms."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gatepost.durations import duration
from gatepost.language import gettext, ngettext

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_tool", TOOLS / "messages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_text_is_left_untranslated_and_the_catalogue_is_the_one_that_was_made_of_it(messages: ModuleType) -> None:
    [po] = messages.PACKAGE.glob("locale/*/LC_MESSAGES/gatepost.po")
    assert messages.untranslated(messages.updated(po)) == []
    assert messages.main(check=True) == 0


def test_a_translation_names_the_same_values(messages: ModuleType) -> None:
    [po] = messages.PACKAGE.glob("locale/*/LC_MESSAGES/gatepost.po")
    for one in messages.updated(po):
        ids, strings = ((x,) if isinstance(x, str) else x for x in (one.id, one.string))
        names = set(re.findall(r"\{\w*\}", "".join(ids)))
        assert all(set(re.findall(r"\{\w*\}", text)) == names for text in strings if one.id), one.id


@pytest.mark.parametrize(
    ("days", "words"),
    [(2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (22, "22 дня"), (112, "112 дней")],
)
def test_russian_counts_as_russians_do(monkeypatch: pytest.MonkeyPatch, days: int, words: str) -> None:
    monkeypatch.setenv("GATEPOST_LANG", "ru")
    assert duration(days * 86400) == words
    assert ngettext("{count} day", "{count} days", days).format(count=days) == words


def test_english_is_the_language_of_programs_and_of_texts_that_nobody_translated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GATEPOST_LANG", raising=False)
    assert (duration(7500), gettext("paused")) == ("2 h 5 min", "paused")
    monkeypatch.setenv("GATEPOST_LANG", "ru")
    assert gettext("nobody translates this") == "nobody translates this"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "Отправить одно письмо"),
        ({"LANG": "ru_RU.UTF-8", "GATEPOST_LANG": "en"}, "Send one letter"),
        ({"LANG": "en_GB.UTF-8", "GATEPOST_LANG": "ru"}, "Отправить одно письмо"),
        ({"LANG": "de_DE.UTF-8"}, "Send one letter"),
    ],
)
def test_the_commands_follow_the_environment_and_then_the_locale(environment: dict[str, str], words: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "gatepost", "send", "--help"], capture_output=True, text=True, check=True, timeout=60,
        env={"PATH": "/usr/bin", **environment},
    )  # fmt: skip
    assert words in ran.stdout

"""Campaigns, suppressions, stores and workers in Russian: what the commands say of themselves and what they answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gatepost as gp
from gatepost.cli import app

Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEPOST_LANG", "ru")
    monkeypatch.delenv("GATEPOST_STORE", raising=False)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("campaign", "run"), "Отправить или продолжить"),
        (("campaign", "status"), "Как далеко рассылка"),
        (("suppress", "add"), "Больше никогда не писать"),
        (("store", "backup"), "Скопировать хранилище"),
        (("worker",), "Отправляет вместе с другими"),
    ],
)
def test_the_help_of_a_command_is_in_the_readers_language(command: tuple[str, ...], words: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "gatepost", *command, "--help"], capture_output=True, text=True, check=True, timeout=60,
        env={"PATH": "/usr/bin", "GATEPOST_LANG": "ru"},
    )  # fmt: skip
    assert words in ran.stdout


def test_a_campaign_is_told_of_in_russian_from_its_check_to_its_end(run: Run) -> None:
    Path("list.csv").write_text("email\na@x.ru\nb@x.ru\nплохой\n")
    Path("letter.txt").write_text("x")
    with gp.Sink() as sink:
        sink.rules.add(phase="rcpt", to="b@*", reply="550 5.1.1 No such user")
        letter = ("-r", "list.csv", "--subject", "x", "--text", "letter.txt", "-f", "news@x.ru")
        checked = run("campaign", "check", "осень", "-a", sink.url, *letter)
        assert "Рассылка осень: можно отправить 2, всего 3 строки." in checked.output
        assert "плохие адреса и строки (пропущены): 1" in checked.output
        ended = run("campaign", "run", "осень", "-a", sink.url)
    assert ended.exit_code == 1
    for words in ("Рассылка осень: завершена. Принято 1 письмо, всего 3 строки", "отказано окончательно", "строка 3"):
        assert words in ended.output
    status = run("campaign", "status", "осень").output
    assert "Рассылка осень: завершена, осталось 0, всего 3 строки" in status and "принято сервером" in status
    assert "завершена" in run("campaign", "list").output
    assert "состояние" in run("campaign", "show", "осень").output
    assert json.loads(run("campaign", "status", "осень", "--json").output)["state"] == "done"
    paused = run("campaign", "resend", "осень", "--failed").output
    assert "Снова в очереди: 1 получатель; отправит gatepost campaign run 'осень'" in paused
    assert "1 адрес" in run("suppress", "export", "never.csv").output

"""The pages about a newcomer's first hour show what the commands say today, in English and Russian."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[3] / "tools"


@pytest.fixture(scope="module")
def session() -> ModuleType:
    sys.path.insert(0, str(TOOLS))
    try:
        return importlib.import_module("account_session")
    finally:
        sys.path.remove(str(TOOLS))


@pytest.mark.parametrize(("lang", "page"), [("en", "accounts-session.md"), ("ru", "accounts-session.ru.md")])
def test_the_page_is_what_the_commands_say(session: ModuleType, lang: str, page: str) -> None:
    written = (session.DOCS / page).read_text(encoding="utf-8")
    recorded = session.record(lang)
    assert session.masked(written) == session.masked(recorded), "run ./dev docs"
    assert session.PASSWORD not in recorded
    blocks = recorded.split("```")[1::2]
    assert [line for block in blocks for line in block.splitlines() if len(line) > session.WIDTH] == []

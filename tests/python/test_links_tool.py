"""tools/links.py: links to files and to names in them are looked after; what is no such link is let be."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    module = importlib.import_module("links")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "lane.py").write_text("class Lane:\n    def submit(self): ...\n")
    (tmp_path / "gate.py").touch()
    return module


@pytest.mark.parametrize(
    "text",
    [
        "[lane](lane.py)",
        "[`Lane.submit`](lane.py), [`Lane::submit`](lane.py) and [`submit`](lane.py#L2)",
        "[`lane.py`](lane.py) and [`gate`](gate.py)",
        "[`./dev test`](lane.py)",
        '![picture](lane.py) <img src="lane.py">',
        "[web](https://example.com/none.py) [here](#part)",
        "```\n[`gone`](gone.py)\n```",
    ],
)
def test_a_sound_link_is_no_fault(links: ModuleType, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.md").write_text(text)
    assert links.broken_links(tmp_path / "a.md") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n[lane](gone.py)", "a.md:2: no such file: gone.py"),
        ('<img src="gone.svg">', "a.md:1: no such file: gone.svg"),
        ("[`Lane.submit_all`](lane.py)", "a.md:1: lane.py has no `Lane.submit_all`"),
        ("[`Lane::sub`](lane.py)", "a.md:1: lane.py has no `Lane::sub`"),
    ],
)
def test_a_link_to_nowhere_is_named(links: ModuleType, tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "a.md").write_text(text)
    assert links.broken_links(tmp_path / "a.md") == [fault]

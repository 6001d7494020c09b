"""tools/rfc.py: each fault of docs/rfc.md is found, a sound row is not."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
LINK = "[smtp/client](../cpp/gatepost/smtp/client/)"


@pytest.fixture
def rfc(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module("rfc")


def row(number: int, *cells: str) -> str:
    return f"| [{number}](https://www.rfc-editor.org/rfc/rfc{number}) | {' | '.join(cells)} |\n"


def test_a_sound_row_and_a_cited_rfc_with_a_row_are_no_faults(rfc: ModuleType) -> None:
    text = row(5321, "SMTP", "partly", "yes", LINK, "no relaying") + row(
        2919, "List-Id", "-", "no", "", "not asked for"
    )
    assert list(rfc.faults(text, {5321: "cpp/a.cpp:1"})) == []


@pytest.mark.parametrize(
    ("text", "named", "fault"),
    [
        ("", {5321: "cpp/a.cpp:1"}, "RFC 5321: no row, but cpp/a.cpp:1 cites it"),
        (row(5321, "SMTP", "yes", "-", "", ""), {}, "RFC 5321: no link to the code"),
        (row(5321, "SMTP", "partly", "-", LINK, ""), {}, "RFC 5321: does not say what is missing"),
        (row(5321, "SMTP", "no", "-", "", ""), {}, "RFC 5321: does not say what is missing"),
        (row(5321, "SMTP", "-", "-", "", "") * 2, {}, "RFC 5321: more than one row"),
        (
            row(5321, "SMTP", "mostly", "", LINK, ""),
            {},
            "RFC 5321: no verdict; one of -, no, partly, yes for each side",
        ),
    ],
)
def test_each_fault_is_named(rfc: ModuleType, text: str, named: dict[int, str], fault: str) -> None:
    assert list(rfc.faults(text, named)) == [fault]


def test_what_the_code_cites_is_found_with_its_place(rfc: ModuleType) -> None:
    place = rfc.cited()[5321]
    path, line = place.split(":")
    assert "RFC 5321" in (TOOLS.parent / path).read_text().splitlines()[int(line) - 1]

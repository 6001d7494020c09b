"""What a stranger wrote is shown and never obeyed: terminals, Rich markup, JSON lines, spreadsheets."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest
from rich.table import Table as RichTable
from rich.text import Text
from typer.testing import CliRunner

import gatepost as gp
from gatepost.cli.app import app
from gatepost.domains import DomainReport, Finding
from gatepost.history import Table
from gatepost.shown import escaped, shown
from gatepost.terminal import Terminal

EVIL = "a [/q] [red]b\x1b[2J\x9b31m\x07\u202ec\u2028d\r"
OBEYED = "\x1b\x9b\x07\u202e\u2028\r"


def printed(*things: object) -> str:
    file = io.StringIO()
    Terminal(file=file, width=200).print(*things)
    return file.getvalue()


def cells(text: str) -> RichTable:
    table = RichTable(f"head {text}")
    table.add_row(text)
    return table


@pytest.mark.parametrize("thing", [EVIL, Text(EVIL), Text.assemble(("ok", "green"), EVIL), cells(EVIL)])
def test_a_terminal_shows_markup_and_controls_as_they_are_written(thing: object) -> None:
    text = printed(thing)
    assert "a [/q] [red]b" in text
    assert not set(OBEYED) & set(text)


def test_russian_text_tabs_and_line_feeds_pass_the_gate() -> None:
    assert shown("Счёт\t№ 7\nпривет") == "Счёт\t№ 7\nпривет"


def test_json_lines_hold_the_same_values_and_nothing_that_a_terminal_obeys() -> None:
    line = escaped(json.dumps({"Тема": EVIL}, ensure_ascii=False))
    assert json.loads(line) == {"Тема": EVIL}
    assert "Тема" in line and not set(OBEYED) & set(line)


def test_a_long_line_is_left_whole_in_a_file() -> None:
    file = io.StringIO()
    Terminal(file=file, width=40).print("x" * 100)
    assert file.getvalue() == "x" * 100 + "\n"


@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_a_text_that_a_spreadsheet_would_work_out_is_a_text_in_a_csv_file(tmp_path: Path, text: str) -> None:
    table = Table(pl.DataFrame({"reply": [text, "Счёт", None], "seconds": [-1.5, 2.0, 3.0]}))
    rows = pl.read_csv(table.write_csv(tmp_path / "t.csv"))
    assert rows["reply"].to_list() == [f"'{text}", "Счёт", None]
    assert rows["seconds"].to_list() == [-1.5, 2.0, 3.0]


@pytest.mark.parametrize(
    "thing",
    [
        DomainReport("example.com", (Finding("SPF", "error", EVIL),)),
        Table(pl.DataFrame({"reply": [EVIL]})),
    ],
)
def test_reports_in_words_pass_the_gate(thing: object) -> None:
    assert not set(OBEYED) & set(str(thing))


def test_a_dry_run_of_hostile_cells_passes_the_gate(tmp_path: Path) -> None:
    rows = [{"email": f"x{EVIL}@example.com", "name": EVIL}, {"email": "a@example.com", "name": EVIL}]
    template = gp.Template(subject="s", text="Привет, {{ name }}")
    account, store = "smtp://127.0.0.1:1", tmp_path / "c.db"
    with gp.Campaign("c", template=template, recipients=rows, from_="a@b.ru", accounts=[account], store=store) as one:
        assert not set(OBEYED) & set(str(one.check()))


@pytest.mark.parametrize("reply", ["550 5.1.1 no [/q] such [red]user", "550 5.1.1 [/bold][link=x]"])
def test_a_refusal_in_rich_markup_is_said_and_the_exit_code_stays(reply: str, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="olga@*", reply=reply)
    words = ["send", "--account", sink.url, "--from", "me@x.ru", "--to", "olga@x.ru", "--to", "a@x.ru"]
    result = CliRunner().invoke(app, [*words, "--subject", "s", "--text", "t"])
    assert (result.exit_code, reply[10:] in result.output) == (1, True), result.output


def test_an_acceptance_in_rich_markup_is_an_acceptance(sink: gp.Sink) -> None:
    sink.rules.add(phase="final", reply="250 2.0.0 Ok [/q]: queued as [7]")
    words = ["send", "--account", sink.url, "--from", "me@x.ru", "--to", "a@x.ru", "--subject", "s", "--text", "t"]
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, "[/q]" in result.output) == (0, True), result.output

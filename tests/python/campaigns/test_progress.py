"""Progress in a terminal of 80 columns, as lines, and in a notebook."""

from __future__ import annotations

import io
import json

import pytest

from gatepost.campaigns.run.notebook_progress import NotebookLine
from gatepost.campaigns.run.progress import display
from gatepost.campaigns.run.progress_lines import JsonLines, PlainLines
from gatepost.campaigns.run.run_state import Tally
from gatepost.terminal import Terminal

NOTE = "account news@example.com: the limit of 1,000 letters in 3600 s is used up; next letter 15:03:11"
HALF = Tally(started=0.0, accepted=990, refused=10, retrying=3, pending=2000, sending=4.0, note=NOTE)


def test_at_80_columns_name_bar_rate_time_and_reason_are_all_there() -> None:
    screen = io.StringIO()
    console = Terminal(file=screen, force_terminal=True, width=80, color_system=None)
    with display(True, "october-news", console) as shown:
        shown.update(HALF)
    written = screen.getvalue()
    together = " ".join(written.split())
    for part in ("october-news", "━", "1000/2000", "248/s", "4 s left", "990 accepted", "10 refused", "3 to retry"):
        assert part in together
    assert "the limit of 1,000 letters" in together and "next letter 15:03:11" in together
    assert "…" not in written


def test_a_run_with_nothing_to_do_shows_no_bar() -> None:
    screen = io.StringIO()
    with display(True, "october", Terminal(file=screen, force_terminal=True, width=80)):
        pass
    assert screen.getvalue() == ""


def test_plain_lines_come_now_and_then_and_where_the_reason_changes() -> None:
    now, log = [0.0], io.StringIO()
    lines = PlainLines("october", log, lambda: now[0])
    tally = Tally(started=0.0, accepted=100, pending=400, sending=1.0)
    lines.update(tally)
    now[0] = 5.0
    tally.accepted = 200
    lines.update(tally)  # too early
    tally.note = "waits"
    lines.update(tally)
    lines.end()
    assert log.getvalue().splitlines() == [
        "october: 100 of 400, 100/s, 3 s left: 100 accepted, 0 refused",
        "october: 200 of 400, 200/s, 1 s left: 200 accepted, 0 refused, waits",
    ]


def test_json_lines_are_an_object_each_and_nothing_that_a_terminal_obeys() -> None:
    log = io.StringIO()
    lines = JsonLines("осень", log, lambda: 12.0)
    lines.update(Tally(started=0.0, accepted=10, pending=20, sending=2.0, note="\x1b[2J заметка"))
    [line] = log.getvalue().splitlines()
    found = json.loads(line)
    assert (found["campaign"], found["finished"], found["pending"]) == ("осень", 10, 20)
    assert (found["rate"], found["seconds_left"]) == (5.0, 2.0)
    assert "\x1b" not in line and "заметка" in line


@pytest.mark.parametrize("show", ["plain", "json"])
def test_lines_go_to_standard_error(show: str, capsys: pytest.CaptureFixture[str]) -> None:
    with display(show, "october") as shown:
        shown.update(HALF)
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "october" in err


def test_a_notebook_shows_a_bar_and_the_reason_as_html() -> None:
    html = NotebookLine("<october>").html(HALF)
    assert "&lt;october&gt;" in html and "value='1000' max='2000'" in html
    assert "248/s, 4 s left, 990 accepted, 10 refused, 3 to retry" in html and "next letter 15:03:11" in html
    assert not NotebookLine.here()

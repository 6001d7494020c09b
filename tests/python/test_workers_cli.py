"""`campaign run --workers N` says and answers what one process would."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from worker_processes import until

import gatepost as gp
from gatepost.cli import app

Run = Callable[..., Any]


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    with gp.Sink(users={"ivan": "right"}) as sink:
        yield sink


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sink: gp.Sink) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GATEPOST_STORE", raising=False)
    monkeypatch.setenv("GATEPOST_ACCOUNT", sink.url)
    monkeypatch.setenv("GATEPOST_ACCOUNTS", str(tmp_path / "accounts.toml"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def command(*words: object) -> Any:
        return CliRunner().invoke(app, ["campaign", *map(str, words)])

    return command


def made(run: Run, rows: int, text: str = "x") -> None:
    Path("list.csv").write_text("email,n\n" + "".join(f"u{i}@example.com,1\n" for i in range(rows)))
    Path("letter.txt").write_text(text)
    letter = ("-r", "list.csv", "--subject", "x", "--text", "letter.txt", "-f", "news@example.com")
    assert run("check", "autumn", *letter).exit_code in (0, 1)


def test_the_end_of_its_seconds_is_named_in_the_report_and_in_the_status(run: Run) -> None:
    made(run, 9)
    ended = run("run", "autumn", "--workers", 2, "--max-per-hour", 2, "--max-seconds", 2)
    assert ended.exit_code == 1 and "Not finished: --max-seconds 2 are over" in ended.output
    assert "--max-seconds 2 are over" in run("status", "autumn").output


def test_no_wait_ends_where_all_that_are_left_are_put_off(run: Run, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="u1@*", reply="451 4.7.1 Greylisted, try again later")
    made(run, 3)
    ended = run("run", "autumn", "--workers", 2, "--no-wait")
    assert ended.exit_code == 1 and "Not finished: 1 recipient to be tried again from " in ended.output


def test_refusals_of_most_pause_it_as_with_one_process(run: Run, sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user")
    made(run, 1500)
    ended = run("run", "autumn", "--workers", 2, "--max-refused", 0.4)
    assert ended.exit_code == 1 and "recipients were refused for good" in ended.output
    assert "gatepost campaign resend autumn --failed --since " in ended.output


def test_a_login_that_fails_is_named_with_its_exit_code(run: Run, sink: gp.Sink) -> None:
    made(run, 2)
    ended = run("run", "autumn", "--workers", 2, "-a", sink.url.replace("smtp://", "smtp://ivan:wrong@"))
    assert ended.exit_code == 3 and "Not finished: account " in ended.output and "535" in ended.output
    assert "wrong" not in ended.output


def test_letters_of_which_none_can_be_made_are_bad_input(run: Run) -> None:
    made(run, 300, "{{ 1 // (n|int - 1) }}")
    assert run("run", "autumn", "--workers", 2).exit_code == 2


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGINT, 130, "Ctrl-C"), (signal.SIGTERM, 143, "SIGTERM"), (signal.SIGHUP, 129, "SIGHUP")],
)
def test_a_signal_is_named_and_answered_by_its_code(
    run: Run, sink: gp.Sink, number: signal.Signals, code: int, said: str
) -> None:
    sink.rules.add(phase="final", delay=0.2)
    made(run, 200)
    words = [sys.executable, "-m", "gatepost", "campaign", "run", "autumn", "--workers", "2"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        until(lambda: sink.received, "a letter")
        parent.send_signal(number)
        output = parent.communicate(timeout=60)[0]
    assert parent.returncode == code and f"Not finished: {said}" in output
    assert f"Not finished: {said}" in run("status", "autumn").output

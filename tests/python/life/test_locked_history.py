"""A history that another program is writing to holds back nobody beyond the time that they gave."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

import gatepost as gp


def letter() -> gp.Message:
    return gp.Message(from_="a@b.example", to="u@y.example", subject="s", text="t")


@pytest.mark.parametrize("limits", [None, gp.Limits(per_minute=50)], ids=["no limit", "a limit"])
def test_a_locked_history_costs_a_send_no_more_than_its_timeout(tmp_path: Path, limits: gp.Limits | None) -> None:
    store = str(tmp_path / "h.db")
    with gp.Sink() as sink, gp.History(store) as history:
        account = gp.Account(sink.url, limits=limits)
        assert gp.send(account, letter(), history=history).recording_error is None
        other = sqlite3.connect(store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        try:
            result = gp.send(account, letter(), history=history, timeout=1.0)
            assert result.ok and "another program is writing" in str(result.recording_error)
        except TimeoutError:  # no token could be reserved: the letter was not sent
            assert limits is not None and sink.received == 1
        assert time.monotonic() - began < 8.0  # seconds; the store's own patience is longer
        other.close()


def test_the_first_letter_of_a_script_may_go_when_the_interpreter_ends() -> None:
    script = """
import atexit
import gatepost as gp
sink = gp.Sink().__enter__()
atexit.register(lambda: print(gp.send(sink.url, from_="a@b.c", to="x@y.example", subject="s", text="t").ok))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "True\n", done.stderr

"""The pytest fixtures, as a test suite of somebody else uses them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SEND = """
import smtplib

def deliver(sink, to="olga@example.com"):
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("ivan@example.org", to, b"Subject: one\\r\\n\\r\\nHello\\r\\n")
"""


def run_pytest(folder: Path, test: str, *options: str) -> str:
    """Runs a suite of its own, with no other plugins than it asks for, and returns what pytest said."""
    (folder / "test_it.py").write_text(SEND + test)
    command = [sys.executable, "-m", "pytest", "-p", "gatepost.pytest_plugin", "-rA", *options, str(folder)]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return result.stdout + result.stderr


def test_each_test_gets_a_fresh_sink(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        """
def test_first(sink):
    deliver(sink)
    [letter] = sink.wait(1)
    assert letter.subject == "one"

def test_second(sink):
    sink.assert_none()
""",
    )
    assert "2 passed" in said


def test_make_sink_makes_several_and_closes_them(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        """
import pytest
made = []

def test_two(make_sink):
    made.extend([make_sink(), make_sink("demo_gate")])
    deliver(made[0])
    assert len(made[0].letters) == 1 and made[1].letters == []

def test_closed():
    with pytest.raises(ConnectionRefusedError):
        deliver(made[0])
""",
    )
    assert "2 passed" in said


def test_a_failed_test_shows_the_conversation(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        """
def test_wrong(sink):
    deliver(sink, "anna@example.com")
    assert sink.select(to="olga@*")
""",
    )
    assert "1 failed" in said
    assert "SMTP conversations of <Sink open at smtp://127.0.0.1:" in said
    assert "C: rcpt TO:<anna@example.com>" in said


def test_a_test_that_passes_shows_nothing_of_it(tmp_path: Path) -> None:
    said = run_pytest(tmp_path, "\ndef test_right(sink):\n    deliver(sink)\n")
    assert "1 passed" in said
    assert "SMTP conversations" not in said


def test_sinks_of_parallel_workers_do_not_meet(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        """
import pytest

@pytest.mark.parametrize("n", range(12))
def test_alone(sink, n):
    deliver(sink, f"n{n}@example.com")
    assert [letter.envelope.to for letter in sink.wait(1)] == [[f"n{n}@example.com"]]
""",
        "-p",
        "xdist",
        "-n",
        "2",
    )
    assert "12 passed" in said


def test_the_fixture_loads_neither_tables_nor_templates(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        """
import sys

def test_light(sink):
    deliver(sink)
    heavy = {"polars", "pandas", "jinja2", "matplotlib", "typer", "numpy"} & set(sys.modules)
    assert not heavy
""",
    )
    assert "1 passed" in said


def test_what_on_letter_raises_fails_the_test_and_every_sink_is_closed(tmp_path: Path) -> None:
    said = run_pytest(
        tmp_path,
        """
import smtplib
import pytest
made = []

def test_wrong(make_sink):
    def judge(letter):
        assert letter.subject == "two"
    made.extend([make_sink(), make_sink(on_letter=judge), make_sink()])
    with pytest.raises(smtplib.SMTPDataError):
        deliver(made[1])

def test_closed():
    for sink in made:
        with pytest.raises(ConnectionRefusedError):
            deliver(sink)
""",
    )
    assert "2 passed, 1 error" in said
    assert "assert 'one' == 'two'" in said

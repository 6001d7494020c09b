"""Python programs of their own, for what ends or copies a process."""

from __future__ import annotations

import subprocess
import sys
import textwrap

PATIENCE = 120  # seconds: a program that hangs takes longer


def run(text: str, *arguments: str, expect: int | None = 0, patience: float = PATIENCE) -> str:
    """Runs a program and returns its output; fails where it hangs, or ends with another status than expected."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-W", "error::ResourceWarning", "-c", textwrap.dedent(text), *arguments],
        capture_output=True,
        text=True,
        timeout=patience,
    )
    assert expect is None or done.returncode == expect, (done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr

"""T16: from the set-up of the fixture `sink` to the first letter in its inbox. fixture_round.py says what is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers

PEER = "aiosmtpd Controller"


def run(server: str) -> Numbers:
    """A round in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("fixture_round.py")), server]
    numbers: Numbers = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout)
    return numbers


def cases() -> list[Case]:
    """T16 of the targets."""
    return [
        Case(
            id="T16",
            title="fixture: set-up to first letter",
            metric="milliseconds",
            more_is_better=False,
            contenders=[Contender(name, partial(run, name)) for name in ("gatepost", PEER)],
            targets={PEER: 1.0},
            goal=5.0,
        )
    ]

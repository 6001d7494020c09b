"""T14: outcomes handed to awaiting tasks. completions_round.py says what is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers

TASKS = 10_000
PEER = "call_soon_threadsafe"


def run(how: str) -> Numbers:
    """A round in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("completions_round.py")), how, str(TASKS)]
    numbers: Numbers = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout)
    return numbers


def cases() -> list[Case]:
    """T14 of the targets."""
    contenders = [Contender(name, partial(run, name)) for name in ("gatepost", PEER)]
    return [
        Case(
            id="T14",
            title="completions to asyncio, without the network",
            metric="completions_per_second",
            more_is_better=True,
            contenders=contenders,
            targets={PEER: 4.0},
            goal=200_000.0,
        )
    ]

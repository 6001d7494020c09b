"""T9: merging letters on one core. T10: parsing letters and taking all parts as Python objects. mime_round.py says what
is timed; our merging is measured by merge.cpp, without Python."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers
from letters import SIZES

BUILT = Path(__file__).resolve().parents[2] / "build" / "bench" / "tests" / "bench"
EMAIL = "Jinja2 + EmailMessage"


def run(what: str, who: str, size: str) -> Numbers:
    """A round in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("mime_round.py")), what, who, size]
    numbers: Numbers = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout)
    return numbers


def merge(size: str) -> Numbers:
    """A round of merge.cpp."""
    command = [str(BUILT / "merge"), size]
    numbers: Numbers = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout)
    return numbers


def cases() -> list[Case]:
    """1k and 10k letters merged, 10k letters parsed."""
    found = []
    for size, goal in zip(SIZES, (1_000_000.0, 300_000.0), strict=True):
        contenders = [
            Contender("gatepost", partial(merge, size)),
            Contender(EMAIL, partial(run, "merge", EMAIL, size)),
        ]
        found.append(Case("T9", f"merge, {size}", "letters_per_second", True, contenders, {}, goal))
    peers = ("gatepost", "email", "mailparser", "mail-parser")
    parsers = [Contender(who, partial(run, "parse", who, "10k")) for who in peers]
    found.append(Case("T10", "parse, all parts taken, 10k", "letters_per_second", True, parsers, {"email": 9.0}))
    return found

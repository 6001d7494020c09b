"""T3 without DKIM: a campaign end to end, from the CSV to the last verdict, into our own sink in the same process."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers
from letters import SIZES

LETTERS = {"gatepost": 5_000, "aiosmtplib + EmailMessage": 1_000}
WANTED = {"1k": 40.0, "10k": 44.0}
"""The targets' ratios with DKIM on both sides; what this bench measures is without."""


def run(sender: str, size: str) -> Numbers:
    """A round in a fresh process; campaign_round.py says what is timed."""
    script = Path(__file__).with_name("campaign_round.py")
    result = subprocess.run(
        [sys.executable, str(script), "gatepost" if sender == "gatepost" else "aiosmtplib", size, str(LETTERS[sender])],
        check=True,
        stdout=subprocess.PIPE,
        timeout=120,
    )
    numbers: Numbers = json.loads(result.stdout)
    return numbers


def cases() -> list[Case]:
    """1k and 10k letters."""
    return [
        Case(
            id="T3",
            title=f"campaign without DKIM, {size}",
            metric="letters_per_second",
            more_is_better=True,
            contenders=[Contender(name, partial(run, name, size)) for name in LETTERS],
            targets={"aiosmtplib + EmailMessage": WANTED[size]},
        )
        for size in SIZES
    ]

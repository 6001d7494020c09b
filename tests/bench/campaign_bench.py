"""T3, T4: a campaign end to end, from the CSV to the last verdict, with DKIM, into our own sink in the same process.
T5: letters built one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers
from letters import SIZES

LETTERS = {
    "gatepost": 20_000,
    "gatepost Message": 20_000,
    "aiosmtplib": 1_000,
    "EmailMessage": 1_000,
    "fast Python": 1_500,
    "nodemailer": 1_000,
}
"""A round: some two seconds at most."""

PYTHON = "aiosmtplib + EmailMessage + dkimpy"
BEST = "best Python (key loaded once, no parsing to sign)"


def run(sender: str, size: str, key: str) -> Numbers:
    """A round in a fresh process; campaign_round.py says what is timed."""
    script = Path(__file__).with_name("campaign_round.py")
    result = subprocess.run(
        [sys.executable, str(script), sender, size, str(LETTERS[sender]), key],
        check=True,
        stdout=subprocess.PIPE,
        timeout=120,
    )
    numbers: Numbers = json.loads(result.stdout)
    return numbers


def case(id: str, title: str, size: str, key: str, senders: dict[str, str], targets: dict[str, float]) -> Case:
    contenders = [Contender(name, partial(run, sender, size, key)) for name, sender in senders.items()]
    return Case(id, f"{title}, {size}", "letters_per_second", True, contenders, targets)


def cases() -> list[Case]:
    """1k and 10k letters of each."""
    found = []
    for size, python, best in zip(SIZES, (40.0, 44.0), (16.0, 23.0), strict=True):
        senders = {"gatepost": "gatepost", PYTHON: "aiosmtplib", BEST: "fast Python"}
        found.append(case("T3", "campaign, Ed25519", size, "ed25519", senders, {PYTHON: python, BEST: best}))
    for size in SIZES:
        senders = {"gatepost": "gatepost", "nodemailer": "nodemailer"}
        found.append(case("T4", "campaign, RSA-2048", size, "rsa", senders, {"nodemailer": 10.0}))
    for size in SIZES:
        senders = {"gatepost": "gatepost Message", PYTHON: "EmailMessage"}
        found.append(case("T5", "letters one by one, Ed25519", size, "ed25519", senders, {PYTHON: 19.0}))
    return found

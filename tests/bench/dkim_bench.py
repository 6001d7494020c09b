"""T11: signing and verifying on one core, RSA-2048 and Ed25519, 10 KB letters. dkim_round.py says what is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers

CEILING = "openssl speed"
"""The bare signature of a few bytes: no letter can be signed faster on this core."""
ED25519_BOUND = 30_000.0
"""Signatures of 10 KB letters a second that a prototype reached; see the targets."""


def run(who: str, what: str, kind: str) -> Numbers:
    """A round in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("dkim_round.py")), who, what, kind]
    numbers: Numbers = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=120).stdout)
    return numbers


def openssl_speed(what: str, kind: str) -> Numbers:
    """One second of OpenSSL's own bench; its last line ends in signs and verifications a second."""
    algorithm = {"rsa": "rsa2048", "ed25519": "ed25519"}[kind]
    command = ["openssl", "speed", "-seconds", "1", algorithm]
    words = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()
    return {"letters_per_second": float(words[-2 if what == "sign" else -1])}


def case(what: str, kind: str) -> Case:
    name = {"rsa": "RSA-2048", "ed25519": "Ed25519"}[kind]
    contenders = [Contender(who, partial(run, who, what, kind)) for who in ("gatepost", "dkimpy", "mailauth")]
    contenders.append(Contender(CEILING, partial(openssl_speed, what, kind)))
    return Case(
        "T11",
        f"DKIM {what}, {name}, 10k",
        "letters_per_second",
        more_is_better=True,
        contenders=contenders,
        targets={CEILING: 0.95} if (what, kind) == ("sign", "rsa") else {},
        goal=0.85 * ED25519_BOUND if (what, kind) == ("sign", "ed25519") else None,
    )


def cases() -> list[Case]:
    """Both ways, both kinds of keys."""
    return [case(what, kind) for what in ("sign", "verify") for kind in ("rsa", "ed25519")]

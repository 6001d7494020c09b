"""T12: rows of a list, durable, from a CSV and a frame. T13: letters with ledger and history beside letters without.
T19: four workers on one PostgreSQL beside one on SQLite. Beside them what others do that keep a queue in a database."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers

COUNTS = {
    "rows csv": 200_000,
    "rows frame": 200_000,
    "rows django-mailer": 3_000,
    "rows listmonk": 30_000,
    "letters sqlite": 20_000,
    "letters postgresql": 20_000,
    "letters without ledger": 20_000,
    "letters django-mailer": 200,
    "letters listmonk": 1_000,
    "one on sqlite": 4_000,
    "four on postgresql": 16_000,
}
"""A round: some seconds at most."""

MAILER = "django-mailer"
LISTMONK = "loop as listmonk's, in Python"


def run(what: str) -> Numbers:
    """A round in a fresh process; store_round.py says what is timed."""
    script = Path(__file__).with_name("store_round.py")
    result = subprocess.run(
        [sys.executable, str(script), what, str(COUNTS[what])], check=True, stdout=subprocess.PIPE, timeout=400
    )
    numbers: Numbers = json.loads(result.stdout)
    return numbers


def case(
    id: str, title: str, metric: str, rounds: dict[str, str], targets: dict[str, float], goal: float | None = None
) -> Case:
    return Case(
        id, title, metric, True, [Contender(name, partial(run, what)) for name, what in rounds.items()], targets, goal
    )


def cases() -> list[Case]:
    """What is kept, what keeping it costs, and what several workers make of it."""
    peers = {MAILER: "django-mailer", LISTMONK: "listmonk"}
    found = []
    for source, goal in (("csv", 1e6 / 6), ("frame", 1e6 / 4)):
        rounds = {"gatepost": f"rows {source}"} | {name: f"rows {peer}" for name, peer in peers.items()}
        found.append(case("T12", f"rows of a {source}", "rows_per_second", rounds, {}, goal))
    rounds = {"gatepost, SQLite": "letters sqlite", "gatepost, no ledger": "letters without ledger"}
    found.append(case("T13", "letters, ledger on", "letters_per_second", rounds, {"gatepost, no ledger": 0.9}))
    rounds = {"gatepost, PostgreSQL": "letters postgresql"} | {name: f"letters {peer}" for name, peer in peers.items()}
    found.append(case("T13", "letters from a database", "letters_per_second", rounds, {}))
    rounds = {"four on PostgreSQL": "four on postgresql", "one on SQLite": "one on sqlite"}
    targets = {"one on SQLite": 0.8}
    found.append(case("T19", "workers, sink of 20 ms", "letters_per_second_and_worker", rounds, targets))
    return found

"""kill -9 at random moments: workers and the database. Nobody is lost, with `hold` nobody gets two letters, and whoever
is in doubt is listed. `--kills 1000` for as many as that; a few by default."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer, programs
from worker_processes import Workers, letters_by_address, make, until, workers

import gatepost as gp
from gatepost.store import StoreError, open_store

ROWS = 300
CONNECTIONS = 2
WORKERS = 3

pytestmark = pytest.mark.timeout(7200)  # for a thousand


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    found: int = request.config.getoption("kills")
    return found


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    with gp.Sink() as sink:
        sink.rules.add(phase="final", delay=0.05)
        yield sink


@pytest.fixture
def database() -> Iterator[PostgresqlServer]:
    if programs() is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    server = PostgresqlServer()
    yield server
    server.close()


def finished(store: str, name: str) -> bool:
    try:
        opened = open_store(store)
    except StoreError:  # the database starts
        return False
    record = opened.campaign(name)
    opened.close()
    return record is not None and record.state == "done"


def check(store: str, name: str, sink: gp.Sink, killed: int) -> int:
    """What the promises are; returns how many are in doubt."""
    with gp.Campaign.open(name, store=store, accounts=[]) as campaign:
        found = dict(campaign.results().to_polars().select("email", "status").iter_rows())
        unknown = {row["email"] for row in campaign.unknown()}
    with open_store(store) as opened:
        assert opened.check() == []
    got = letters_by_address(sink)
    assert len(found) == ROWS
    assert set(found.values()) <= {"accepted", "unknown"}, Counter(found.values())
    assert max(got.values()) == 1, "somebody got two letters"
    accepted = {email for email, status in found.items() if status == "accepted"}
    assert accepted <= got.keys(), "somebody is lost"
    assert got.keys() - accepted <= unknown == {email for email, status in found.items() if status == "unknown"}
    assert len(unknown) <= killed * CONNECTIONS
    return len(unknown)


def send_through_kills(
    store: str, sink: gp.Sink, state: Path, number: int, chance: random.Random, database: PostgresqlServer | None
) -> None:
    done = 0
    while done < number:
        name = f"campaign {done}"
        sink.clear()
        make(store, sink.url, ROWS, name).close()
        killed = 0  # workers of this campaign
        with workers(store, sink.url, state, connections=CONNECTIONS, lease=10.0) as some:
            for _ in range(WORKERS):
                some.start(name)
            until(lambda: len(sink.letters) > 0, "the first letter")
            while done < number and len(sink.letters) < ROWS * 0.8:
                if database is not None and chance.random() < 0.3:
                    getattr(database, chance.choice(["kill", "stop"]))()
                    database.start()
                else:
                    some.kill(chance.choice(some.running))
                    some.start(name)
                    killed += 1
                done += 1
                time.sleep(chance.uniform(0.0, 1.5))  # the moments are random
            finish(some, store, name)
        check(store, name, sink, killed)


def finish(some: Workers, store: str, name: str) -> None:
    until(lambda: finished(store, name), f"{name} to be done")
    some.finish()


def test_workers_on_a_file_are_killed(sink: gp.Sink, tmp_path: Path, kills: int) -> None:
    send_through_kills(str(tmp_path / "store.db"), sink, tmp_path / "state", kills, random.Random(kills), None)


def test_workers_and_their_database_are_killed(
    sink: gp.Sink, tmp_path: Path, kills: int, database: PostgresqlServer
) -> None:
    send_through_kills(database.url(), sink, tmp_path / "state", kills, random.Random(kills), database)

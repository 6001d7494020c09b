"""Stores that older versions of gatepost made, kept as their tables were then (old_schemas)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from store_samples import NOON, event

from gatepost.store import Settled, Status, TokenRequest
from gatepost.store.schema import VERSION
from gatepost.store.sqlite import SqliteStore
from gatepost.store.tokens import now

SCHEMAS = Path(__file__).parent / "old_schemas"
OLD = range(1, VERSION)


@pytest.fixture(params=OLD)
def old_store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A campaign in the middle of a run: row 1 accepted, 2 and 3 in flight, 4 put off, 5 queued."""
    path = tmp_path / "store.db"
    connection = sqlite3.connect(path)
    connection.executescript((SCHEMAS / f"version_{request.param}.sql").read_text())
    epoch = "epoch" if request.param < 3 else "last_epoch"
    connection.execute(
        f"""INSERT INTO campaigns (name, created, state, {epoch}, spec)
        VALUES ('october', 1, 'running', 7, '{{"uid": "u"}}'), ('november', 2, 'new', 0, '{{}}')"""
    )
    states = [("accepted", 1, "u.1@x.ru", None), ("sending", 0, "", None), ("sending", 1, "u.3@x.ru", None),
              ("retrying", 1, "u.4@x.ru", NOON), ("queued", 0, "", None)]  # fmt: skip
    connection.executemany(
        """INSERT INTO recipients (campaign_id, row, email, address, status, attempts, message_id, next_at, fields)
        VALUES (1, ?1, 'u' || ?1 || '@x.ru', 'u' || ?1 || '@x.ru', ?2, ?3, ?4, ?5, '{"name": "Ёж"}')""",
        [(row, *state) for row, state in enumerate(states, 1)],
    )
    if request.param >= 3:
        connection.execute("UPDATE campaigns SET uid = 'u' WHERE name = 'october'")
        connection.execute("""INSERT INTO workers (id, campaign_id, owner, epoch, heartbeat, held)
            VALUES (1, 1, 'mail1:77', 7, 0, 2)""")
        connection.execute("UPDATE recipients SET worker = 1 WHERE status = 'sending'")
    if request.param >= 7:
        connection.execute("INSERT INTO counts SELECT campaign_id, 0, status, COUNT(*) FROM recipients GROUP BY status")
    connection.execute(
        """INSERT INTO attempts VALUES (1, 5, 0.1, 'news', 'u1@x.ru', 'x.ru', 'accepted', 'final', '', 250, '', 'ok',
        'Q', 'u.1@x.ru', 900, 'october', 1)"""
    )
    connection.execute("INSERT INTO suppressions VALUES ('nobody@x.ru', 'complaint', 3)")
    connection.commit()
    connection.close()
    return path


def test_an_old_store_is_brought_forward_with_all_that_it_holds(old_store: Path) -> None:
    with SqliteStore(str(old_store)) as store:
        assert [(record.name, record.state) for record in store.campaigns()] == [
            ("october", "running"),
            ("november", "new"),
        ]
        assert store.results(1)["status"].to_list() == ["accepted", "sending", "sending", "retrying", "queued"]
        assert store.results(1)["fields"].to_list() == ['{"name": "Ёж"}'] * 5
        assert {status.value: n for status, n in store.counts(1).items() if n} == {
            "accepted": 1, "sending": 2, "retrying": 1, "queued": 1,
        }  # fmt: skip
        found = [store.by_message_id(f"u.{row}@x.ru")[0].recipient for row in (1, 2)]
        assert found == ["u1@x.ru", "u2@x.ru"]
        assert store.suppressed_among(["nobody@x.ru"]) == {"nobody@x.ru": "complaint"}
        assert store.add_events([event("a")]) == 1
        assert store.exchange_tokens(TokenRequest("a", ((1, 60.0),), wanted=1), now(), 5.0).tokens == 1


def test_what_an_old_run_left_in_flight_is_taken_over(old_store: Path) -> None:
    with SqliteStore(str(old_store)) as store:
        [left] = store.take_over(1, "heir", NOON)
        assert left.epoch > 7
        assert [(one.row, one.attempts, one.message_id) for one in store.in_flight(left)] == [
            (2, 0, ""),
            (3, 1, "u.3@x.ru"),
        ]
        store.settle(left, [Settled(2, Status.QUEUED, counts=False), Settled(3, Status.ACCEPTED, at=NOON)])
        store.leave(left)
        worker = store.join(1, "heir", NOON)
        assert [one.row for one in store.lease(worker, 9, NOON)] == [4, 2, 5]
        assert store.take_over(2, "heir", NOON) == []


def test_an_old_store_has_the_tables_of_a_new_one(old_store: Path, tmp_path: Path) -> None:
    SqliteStore(str(old_store)).close()
    new = tmp_path / "new.db"
    SqliteStore(str(new)).close()
    assert described(old_store) == described(new)


@pytest.mark.parametrize("old_store", [1, 2], indirect=True)
def test_a_run_of_a_version_before_workers_that_has_the_store_open_writes_nothing_any_more(
    old_store: Path,
) -> None:
    old = sqlite3.connect(old_store)
    before_each_write = "SELECT epoch FROM campaigns WHERE id = 1"
    assert old.execute(before_each_write).fetchall() == [(7,)]
    SqliteStore(str(old_store)).close()
    with pytest.raises(sqlite3.OperationalError, match="no such column: epoch"):
        old.execute(before_each_write)
    old.close()


def described(path: Path) -> tuple[set[tuple[object, ...]], set[str], list[tuple[int]]]:
    """Columns of all tables but for their order, indexes, version."""
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    columns = {
        (table, *column[1:])
        for [table] in names
        for column in connection.execute(f"PRAGMA table_info({table})").fetchall()
    }
    indexes = {text for [text] in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql > ''")}
    version = connection.execute("PRAGMA user_version").fetchall()
    connection.close()
    return columns, indexes, version

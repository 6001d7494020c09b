"""A store is looked after: checked, copied, moved, shortened, and made to forget a person; in every database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer
from store_samples import DAY, NOON, attempt, event, recipient

from gatepost.store import Settled, Status, Store, StoreError, open_store
from gatepost.store.copying import back_up, move
from gatepost.store.sqlite import SqliteStore
from gatepost.store.tables.store import TableStore

PERSON = "Ivan@Example.com"


@pytest.fixture
def filled(store: Store) -> TableStore:
    """A campaign half sent, with all else that a store remembers, by a store that others may have open."""
    assert isinstance(store, TableStore)
    campaign = store.create_campaign("октябрь", {"uid": "u", "Ключ": "значение"}, {"aa": b"\x00\xff"})
    rows = [recipient(row) for row in range(1, 5)] + [recipient(5, email=PERSON)]
    store.add_recipients(campaign, rows)
    worker = store.join(campaign, "one", NOON)
    store.lease(worker, 2, NOON)
    store.settle(
        worker,
        [Settled(1, Status.ACCEPTED, at=NOON, account="news"), Settled(2, Status.RETRYING, at=NOON, next_at=NOON + 60)],
        [attempt(NOON, "user1@example.com", campaign="октябрь", row=1), attempt(NOON, PERSON)],
    )
    store.leave(worker)
    store.add_events([event("a", recipient="user1@example.com"), event("b", recipient=PERSON.lower())])
    store.suppress(["nobody@x.ru", PERSON], "complaint", NOON)
    return store


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TableStore]:
    """A new store of each kind."""
    if request.param == "sqlite":
        store = open_store(tmp_path / "target.db")
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        store = open_store(server.url())
    assert isinstance(store, TableStore)
    yield store
    store.close()


def content(store: Store) -> list[object]:
    return [
        [(one.name, one.created, one.state, one.spec) for one in store.campaigns()],
        store.results(1).rows(),
        store.attempts().rows(),
        store.events().rows(),
        store.suppressions().rows(),
        store.blob("aa"),
    ]


def test_a_moved_store_has_all_that_it_had_and_goes_on(filled: TableStore, target: TableStore) -> None:
    copied = move(filled, target)
    assert copied["recipients"] == 5 and copied["attempts"] == 2
    assert content(target) == content(filled)
    assert target.fact("uid") == filled.fact("uid") and target.check() == []
    worker = target.join(1, "two", NOON)
    assert [one.row for one in target.lease(worker, 9, NOON + 60)] == [2, 3, 4, 5]
    assert target.create_campaign("november", {}, {}) == 2
    target.add_attempts([attempt(NOON + 1, "later@x.ru")])
    assert target.attempts()["recipient"].to_list()[-1] == "later@x.ru"


def test_nothing_is_sent_from_where_a_store_was(filled: TableStore, target: TableStore) -> None:
    move(filled, target)
    with pytest.raises(StoreError, match="has moved to"):
        filled.join(1, "one", NOON)
    with pytest.raises(StoreError, match="has moved to"):
        move(filled, target)


def test_a_store_that_sends_is_not_moved_and_goes_on(filled: TableStore, target: TableStore) -> None:
    worker = filled.join(1, "one", NOON)
    with pytest.raises(StoreError, match="is being sent"):
        move(filled, target)
    assert target.campaigns() == []
    assert [one.row for one in filled.lease(worker, 1, NOON)] == [3]


def test_a_store_moves_only_into_a_new_one_and_stays_as_it_was_otherwise(
    filled: TableStore, target: TableStore
) -> None:
    target.suppress(["a@x.ru"], "complaint", NOON)
    with pytest.raises(StoreError, match="not empty"):
        move(filled, target)
    assert filled.join(1, "one", NOON)


def test_a_backup_is_made_while_others_send_and_knows_that_it_is_one(filled: TableStore, target: TableStore) -> None:
    worker = filled.join(1, "one", NOON)
    filled.lease(worker, 1, NOON + 60)
    filled.set_state(1, "running")
    back_up(filled, target)
    assert content(target) == content(filled)
    with pytest.raises(StoreError, match="is a copy"):
        target.join(1, "two", NOON)
    assert filled.join(1, "two", NOON)


def test_a_copy_that_is_adopted_puts_in_doubt_what_the_original_may_have_sent(
    filled: TableStore, target: TableStore
) -> None:
    worker = filled.join(1, "one", NOON)
    filled.lease(worker, 1, NOON + 60)
    filled.set_state(1, "running")
    back_up(filled, target)
    assert target.adopt("anew") == 4
    assert target.results(1, ["status"])["status"].to_list() == ["accepted", *["unknown"] * 4]
    assert target.fact("uid") == "anew" and target.campaigns()[0].state == "paused" and target.check() == []
    assert target.lease(target.join(1, "two", NOON), 9, NOON + DAY) == []
    with pytest.raises(StoreError, match="is no copy"):
        target.adopt("again")


def test_a_store_in_order_has_no_findings(filled: TableStore) -> None:
    assert filled.check() == []


def test_a_store_that_was_meddled_with_says_what_is_wrong(filled: TableStore) -> None:
    with filled._db.transaction() as transaction:
        transaction.execute("UPDATE recipients SET status = 'sending' WHERE row = 3")
        transaction.execute("UPDATE recipients SET status = 'lost' WHERE row = 4")
        transaction.execute("INSERT INTO workers (campaign_id, owner, epoch, heartbeat, held) VALUES (1, 'x', 9, 0, 7)")
    found = "; ".join(filled.check())
    assert "1 recipients are being sent by a worker that is not there" in found
    assert "1 recipients have a state that does not exist" in found
    assert "1 workers hold another number" in found


def test_what_is_old_is_forgotten_and_suppressions_stay(filled: TableStore) -> None:
    filled.set_state(1, "done")
    assert not any(filled.prune(NOON - DAY))
    gone = filled.prune(filled.campaigns()[0].created + DAY)
    assert gone == (1, 5, 2, 2, 0)
    assert filled.campaigns() == [] and filled.attempts().is_empty() and filled.events().is_empty()
    assert filled.suppressions().height == 2
    filled.vacuum()


def test_a_campaign_that_runs_is_not_forgotten(filled: TableStore) -> None:
    filled.set_state(1, "running")
    assert filled.prune(filled.campaigns()[0].created + DAY).campaigns == 0


@pytest.mark.parametrize("written", [PERSON, PERSON.lower(), PERSON.upper()])
def test_a_person_is_forgotten_everywhere_whatever_the_case(filled: TableStore, written: str) -> None:
    assert filled.forget(written) == (0, 1, 1, 1, 1)
    filled.vacuum()
    text = repr(content(filled)).lower()
    assert PERSON.lower() not in text and "nobody@x.ru" in text
    assert filled.check() == []


def test_a_suppression_can_be_kept_so_that_nobody_writes_again(filled: TableStore) -> None:
    assert filled.forget(PERSON, keep_suppressed=True).suppressions == 0
    assert filled.suppressed_among([PERSON]) == {PERSON: "complaint"}


def test_a_person_whose_letter_is_under_way_is_forgotten_later(filled: TableStore) -> None:
    worker = filled.join(1, "one", NOON)
    filled.lease(worker, 9, NOON + 60)
    with pytest.raises(StoreError, match="under way"):
        filled.forget(PERSON)
    assert filled.attempts().height == 2


def test_what_was_forgotten_is_gone_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(str(path)) as store:
        store.create_campaign("october", {}, {})
        store.add_recipients(1, [recipient(1, email="olga.unique@example.com"), *map(recipient, range(2, 2000))])
        store.forget("olga.unique@example.com")
        store.vacuum()
    assert not any(b"olga.unique" in file.read_bytes() for file in tmp_path.iterdir())


def test_stores_that_are_open_elsewhere_see_that_one_moved(
    filled: TableStore, open_again: Callable[[], Store], target: TableStore
) -> None:
    other = open_again()
    move(filled, target)
    with pytest.raises(StoreError, match="has moved"):
        other.join(1, "two", NOON)

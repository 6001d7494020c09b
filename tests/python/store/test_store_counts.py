"""Counts are kept beside the recipients, and are always those that counting the recipients would give."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from postgresql_server import PostgresqlServer
from store_samples import NOON, recipient

from gatepost.store import AcceptedBatch, Settled, Status, Store, StoreError, Worker, open_store
from gatepost.store.copying import back_up
from gatepost.store.sqlite import SqliteStore
from gatepost.store.tables.store import TableStore

VERDICTS = [Status.REFUSED, Status.RETRYING, Status.QUEUED, Status.UNKNOWN, Status.SUPPRESSED, Status.EXPIRED]
ENDED = [Status.REFUSED, Status.UNKNOWN, Status.EXPIRED, Status.INVALID]


def counted(store: Store, campaign: int) -> dict[str, int]:
    """Of the rows themselves."""
    return dict(Counter(store.results(campaign, columns=["status"])["status"]))


def assert_counts_hold(store: Store, campaign: int) -> None:
    assert {status.value: n for status, n in store.counts(campaign).items() if n} == counted(store, campaign)


def accepted(rows: list[int]) -> AcceptedBatch:
    n = len(rows)
    some = [[NOON] * n, [0.1] * n, ["a"] * n, [f"u{row}@x.ru" for row in rows], [250] * n]
    return AcceptedBatch(rows, *some, [""] * n, ["ok"] * n, ["Q"] * n, [f"u.{row}" for row in rows], [9] * n, "c")


class Life:
    """What may happen to a campaign, drawn by chance: workers that lease and settle, fall silent and come back, lists
    that are mended, recipients that are put back or forgotten."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store, self._chance = store, random.Random(seed)
        self.campaign = store.create_campaign(f"c{seed}", {}, {})
        self._next_row = 1
        self._workers: list[Worker] = []
        self.add()

    def step(self) -> None:
        steps = [
            self.add,
            self.mend,
            self.join,
            *[self.lease] * 4,
            *[self.settle] * 6,
            self.lose,
            self.requeue,
            self.expire,
        ]
        self._chance.choice([*steps, self.forget])()

    def _some_rows(self, status: str, most: int = 9) -> list[int]:
        frame = self._store.results(self.campaign, columns=["row", "status"])
        rows = [row for row, found in frame.rows() if found == status]
        return self._chance.sample(rows, min(len(rows), most))

    def add(self) -> None:
        kinds = [Status.QUEUED] * 6 + [Status.INVALID, Status.DUPLICATE, Status.SUPPRESSED]
        rows = range(self._next_row, self._next_row + self._chance.randrange(1, 40))
        self._next_row = rows.stop
        self._store.add_recipients(self.campaign, [recipient(row, self._chance.choice(kinds)) for row in rows])

    def mend(self) -> None:
        changed = [recipient(row, email=f"new{row}@x.ru") for row in self._some_rows("refused")]
        changed += [recipient(row, Status.INVALID) for row in self._some_rows("queued", 2)]
        gone = set(self._some_rows("queued") + self._some_rows("retrying")) - {one.row for one in changed}
        self._next_row += 1
        self._store.change_recipients(self.campaign, [recipient(self._next_row - 1)], changed, gone)

    def join(self) -> None:
        self._workers.append(self._store.join(self.campaign, "w", NOON))

    def lease(self) -> None:
        for worker in self._workers:
            self._store.lease(worker, self._chance.randrange(12), NOON + 60)

    def settle(self) -> None:
        for worker in self._workers:
            rows = [one.row for one in self._store.in_flight(worker)]
            some = self._chance.sample(rows, self._chance.randrange(len(rows) + 1))
            half = len(some) // 2
            said = [
                Settled(row, self._chance.choice(VERDICTS), at=NOON, next_at=NOON, counts=self._chance.random() < 0.5)
                for row in some[half:]
            ]
            self._store.settle(worker, said, (), [accepted(some[:half])] if half else [])

    def lose(self) -> None:
        """A worker is lost, its heir is in doubt of some, and settles others when its journal comes back."""
        if self._workers:
            [heir, *self._workers] = self._store.take_over(self.campaign, "heir", NOON)
            some = [one.row for one in self._store.in_flight(heir)]
            self._store.doubt(heir, [Settled(row, Status.UNKNOWN, at=NOON) for row in some[: len(some) // 2]])
            self._workers.append(heir)

    def requeue(self) -> None:
        self._store.requeue(self.campaign, self._chance.sample(ENDED, 2))
        held = {one.id for one in self._store.workers(self.campaign)}  # of the lost, those that hold nothing are gone
        self._workers = [worker for worker in self._workers if worker.id in held]

    def expire(self) -> None:
        if self._chance.random() < 0.2:
            self._store.expire(self.campaign, "its time is over")

    def forget(self) -> None:
        if rows := self._some_rows("accepted", 1):
            assert isinstance(self._store, TableStore)
            self._store.forget(f"user{rows[0]}@example.com")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_counts_are_those_of_the_rows(store: Store, seed: int) -> None:
    life = Life(store, seed)
    for _ in range(60):
        life.step()
        assert_counts_hold(store, life.campaign)
    assert store.check() == []


def test_a_list_that_is_replaced_is_counted_anew_and_one_that_is_refused_not_at_all(store: Store) -> None:
    campaign = store.create_campaign("c", {}, {})
    store.add_recipients(campaign, [recipient(1), recipient(2, Status.INVALID)])
    with pytest.raises(StoreError, match="already"):
        store.add_recipients(campaign, [recipient(3), recipient(1)])
    assert_counts_hold(store, campaign)
    store.replace_recipients(campaign, [recipient(row) for row in range(1, 8)])
    assert_counts_hold(store, campaign)
    assert store.counts(campaign)[Status.QUEUED] == 7


def test_campaigns_that_are_deleted_or_pruned_leave_no_counts(store: Store) -> None:
    assert isinstance(store, TableStore)
    for name in ("a", "b"):
        store.add_recipients(store.create_campaign(name, {}, {}), [recipient(1)])
    store.delete_campaign(1)
    store.prune(NOON * 2)
    assert store._db.rows("SELECT * FROM counts") == [] and store.counts(2)[Status.QUEUED] == 0


def test_counts_that_are_wrong_are_found_by_a_check_and_mended(store: Store) -> None:
    assert isinstance(store, TableStore)
    life = Life(store, 7)
    for _ in range(20):
        life.step()
    with store._db.transaction() as connection:  # as nothing of ours does
        connection.execute("UPDATE counts SET recipients = recipients + 3 WHERE status = 'queued'")
        connection.execute("DELETE FROM counts WHERE status = 'accepted'")
    assert store.check() == ["1 campaigns had counted their recipients wrongly; the counts are right now"]
    assert_counts_hold(store, life.campaign)
    assert store.check() == []


def test_a_copy_counts_as_its_original_and_after_adoption_what_is_in_doubt(store: Store, tmp_path: Path) -> None:
    assert isinstance(store, TableStore)
    life = Life(store, 8)
    for _ in range(20):
        life.step()
    store.set_state(life.campaign, "running")
    with SqliteStore(str(tmp_path / "copy.db")) as copy:
        back_up(store, copy)
        assert copy.counts(life.campaign) == store.counts(life.campaign)
        copy.adopt("new")
        assert_counts_hold(copy, life.campaign)
        assert copy.counts(life.campaign)[Status.QUEUED] == 0


def test_workers_in_postgresql_do_not_wait_for_the_counts_of_others(postgresql: PostgresqlServer) -> None:
    url = postgresql.url()
    with open_store(url) as store, open_store(f"{url}&options=-c%20lock_timeout%3D2s") as other:
        campaign = store.create_campaign("c", {}, {})
        store.add_recipients(campaign, [recipient(row) for row in range(1, 30)])
        one, two = (store.join(campaign, name, NOON) for name in ("one", "two"))
        for worker in (one, two):
            store.lease(worker, 5, NOON)
        assert isinstance(store, TableStore)
        with store._db.transaction() as connection:
            connection.execute("UPDATE counts SET recipients = recipients WHERE slot = ?", (one.id % 64,))
            assert len(other.lease(two, 5, NOON)) == 5
            other.settle(two, [], (), [accepted([one.row for one in other.in_flight(two)])])
            with pytest.raises(StoreError):
                other.lease(one, 5, NOON)
        assert_counts_hold(store, campaign)


def test_a_store_that_cannot_be_written_is_checked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with SqliteStore(str(path)) as store:
        store.add_recipients(store.create_campaign("c", {}, {}), [recipient(1)])
        store._db.rows("PRAGMA query_only = ON")
        assert store.check() == []

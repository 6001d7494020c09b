"""Several workers send one campaign, and some of them die, in every store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import HOUR, NOON, attempt, recipient

from gatepost.store import LeasedRecipient, Settled, StaleRun, Status, Store, StoreError, Worker


@pytest.fixture
def campaign(store: Store) -> int:
    campaign = store.create_campaign("october", {}, {})
    store.add_recipients(campaign, [recipient(row) for row in range(1, 11)])
    return campaign


def rows_of(leased: list[LeasedRecipient]) -> list[int]:
    return [recipient.row for recipient in leased]


def accept(store: Store, worker: Worker, *rows: int) -> None:
    store.settle(worker, [Settled(row, Status.ACCEPTED, at=NOON) for row in rows])


def test_workers_are_listed_with_who_they_are_and_what_they_hold(store: Store, campaign: int) -> None:
    one, two = store.join(campaign, "mail1:77", NOON), store.join(campaign, "mail2:78", NOON + 1)
    store.lease(two, 3, NOON + 2)
    accept(store, two, 2)
    store.heartbeat(one, NOON + HOUR)
    found = store.workers(campaign)
    assert [(each.id, each.owner, each.epoch) for each in found] == [
        (one.id, "mail1:77", one.epoch),
        (two.id, "mail2:78", two.epoch),
    ]
    assert [(each.heartbeat, each.held) for each in found] == [(NOON + HOUR, 0), (NOON + 2, 2)]
    assert one.epoch < two.epoch


def test_each_worker_holds_what_it_leased_and_nobody_else_settles_it(store: Store, campaign: int) -> None:
    one, two = store.join(campaign, "one", NOON), store.join(campaign, "two", NOON)
    assert rows_of(store.lease(one, 2, NOON)) == [1, 2]
    assert rows_of(store.lease(two, 2, NOON)) == [3, 4]
    with pytest.raises(StoreError, match="1 settled rows are not held by this worker"):
        accept(store, two, 3, 1)
    assert rows_of(store.in_flight(one)) == [1, 2]
    assert rows_of(store.in_flight(two)) == [3, 4]
    accept(store, two, 3)
    assert rows_of(store.in_flight(two)) == [4]


def test_a_worker_leaves_when_it_has_settled_all_and_not_before(store: Store, campaign: int) -> None:
    worker = store.join(campaign, "one", NOON)
    store.lease(worker, 2, NOON)
    accept(store, worker, 1)
    with pytest.raises(StoreError, match="still holds 1 recipients"):
        store.leave(worker)
    store.settle(worker, [Settled(2, Status.QUEUED, counts=False)])
    store.leave(worker)
    assert store.workers(campaign) == []
    with pytest.raises(StaleRun):
        store.lease(worker, 1, NOON)
    assert rows_of(store.lease(store.join(campaign, "two", NOON), 1, NOON)) == [2]


def test_after_a_crash_what_the_worker_held_is_handed_to_the_one_that_takes_over(
    open_again: Callable[[], Store], campaign: int
) -> None:
    before, after = open_again(), open_again()  # the first never closes its store
    dead = before.join(campaign, "dead", NOON)
    leased = before.lease(dead, 3, NOON)
    accept(before, dead, 2)
    [taken] = after.take_over(campaign, "heir", NOON)
    assert after.in_flight(taken) == [leased[0], leased[2]]
    own = after.join(campaign, "heir", NOON)
    assert rows_of(after.lease(own, 10, NOON)) == list(range(4, 11))  # nothing of it is sent blindly
    after.settle(taken, [Settled(1, Status.ACCEPTED, at=NOON), Settled(3, Status.QUEUED, counts=False)])
    after.leave(taken)
    assert rows_of(after.lease(own, 10, NOON)) == [3]


def test_a_worker_that_was_taken_over_writes_nothing_any_more(open_again: Callable[[], Store], campaign: int) -> None:
    old, new = open_again(), open_again()
    worker = old.join(campaign, "old", NOON)
    old.lease(worker, 1, NOON)
    [taken] = new.take_over(campaign, "new", NOON)
    assert taken.epoch > worker.epoch
    with pytest.raises(StaleRun, match="took over"):
        old.settle(worker, [Settled(1, Status.ACCEPTED, at=NOON)], [attempt(NOON, "user1@example.com")])
    with pytest.raises(StaleRun):
        old.lease(worker, 1, NOON)
    with pytest.raises(StaleRun):
        old.heartbeat(worker, NOON)
    with pytest.raises(StaleRun):
        old.leave(worker)
    assert old.in_flight(worker) == []
    assert rows_of(new.in_flight(taken)) == [1]
    assert new.attempts().is_empty()


def test_only_silent_workers_are_taken_over_and_each_by_one_heir(store: Store, campaign: int) -> None:
    silent, alive = store.join(campaign, "silent", NOON), store.join(campaign, "alive", NOON)
    store.lease(silent, 2, NOON)
    seen = store.workers(campaign)
    store.lease(alive, 2, NOON + 60)  # a sign of life
    [taken] = store.take_over(campaign, "heir", NOON + 90, only=seen)
    assert taken.id == silent.id
    assert store.take_over(campaign, "another heir", NOON + 91, only=seen) == []
    accept(store, alive, 3, 4)
    assert [worker.owner for worker in store.workers(campaign)] == ["heir", "alive"]


def test_an_heir_that_dies_is_taken_over_in_its_turn(store: Store, campaign: int) -> None:
    store.lease(store.join(campaign, "one", NOON), 2, NOON)
    [first] = store.take_over(campaign, "two", NOON)
    [second] = store.take_over(campaign, "three", NOON)
    with pytest.raises(StaleRun):
        accept(store, first, 1)
    assert rows_of(store.in_flight(second)) == [1, 2]


def doubtful(row: int) -> Settled:
    return Settled(row, Status.UNKNOWN, "connection_lost", at=NOON, detail="nobody knows")


@pytest.fixture
def lost(store: Store, campaign: int) -> Worker:
    """A worker that held rows 1 to 3, and of which nobody can say what it sent."""
    store.lease(store.join(campaign, "dead", NOON), 3, NOON)
    [taken] = store.take_over(campaign, "heir", NOON)
    store.doubt(taken, [doubtful(row) for row in (1, 2, 3)])
    return taken


def test_what_nobody_can_prove_is_unknown_and_not_leased_again(store: Store, campaign: int, lost: Worker) -> None:
    assert store.counts(campaign)[Status.UNKNOWN] == 3
    assert set(store.results(campaign, ["detail"], [Status.UNKNOWN])["detail"]) == {"nobody knows"}
    assert [(each.lost, each.held) for each in store.workers(campaign)] == [(True, 3)]
    assert rows_of(store.lease(store.join(campaign, "next", NOON), 99, NOON)) == list(range(4, 11))
    assert store.attempts().is_empty()


def test_when_the_journal_of_a_lost_worker_comes_back_what_it_proves_is_settled(
    store: Store, campaign: int, lost: Worker
) -> None:
    [record] = store.workers(campaign)
    assert record.joined < record.epoch
    [taken] = store.take_over(campaign, "back again", NOON + HOUR, only=[record])
    assert [(each.row, each.attempts) for each in store.in_flight(taken)] == [(1, 0), (2, 0), (3, 0)]
    store.settle(taken, [Settled(1, Status.ACCEPTED, at=NOON), Settled(2, Status.QUEUED, counts=False), doubtful(3)])
    store.leave(taken)
    assert store.results(campaign, ["status"])["status"].to_list()[:3] == ["accepted", "queued", "unknown"]
    assert store.workers(campaign) == []


def test_what_a_lost_worker_held_can_be_put_back_knowingly_and_is_its_no_more(
    store: Store, campaign: int, lost: Worker
) -> None:
    assert store.requeue(campaign, [Status.UNKNOWN]) == 3
    assert store.workers(campaign) == []
    with pytest.raises(StaleRun):
        accept(store, lost, 1)
    assert rows_of(store.lease(store.join(campaign, "next", NOON), 3, NOON)) == [1, 2, 3]


def test_doubt_of_what_a_worker_does_not_hold_is_refused(store: Store, campaign: int) -> None:
    worker = store.join(campaign, "one", NOON)
    with pytest.raises(StoreError, match="1 rows are not held"):
        store.doubt(worker, [doubtful(1)])
    assert [each.lost for each in store.workers(campaign)] == [False]


def test_workers_of_other_campaigns_are_left_alone(store: Store, campaign: int) -> None:
    other = store.create_campaign("november", {}, {})
    store.add_recipients(other, [recipient(1)])
    worker = store.join(other, "one", NOON)
    assert store.take_over(campaign, "heir", NOON) == []
    assert rows_of(store.lease(worker, 9, NOON)) == [1]
    with pytest.raises(StaleRun):
        store.lease(worker._replace(campaign_id=campaign), 1, NOON)


def test_a_worker_of_a_deleted_campaign_writes_nothing(store: Store, campaign: int) -> None:
    worker = store.join(campaign, "one", NOON)
    store.delete_campaign(campaign)
    with pytest.raises(StaleRun):
        store.heartbeat(worker, NOON)


def test_workers_in_threads_never_share_a_recipient(open_again: Callable[[], Store]) -> None:
    store = open_again()
    campaign = store.create_campaign("big", {}, {})
    store.add_recipients(campaign, (recipient(row) for row in range(1, 2001)))

    def work(number: int) -> list[int]:
        own = open_again()
        worker = own.join(campaign, str(number), NOON)
        taken = []
        while leased := own.lease(worker, 37, NOON):
            accept(own, worker, *rows_of(leased))
            taken += rows_of(leased)
        own.leave(worker)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [row for part in pool.map(work, range(4)) for row in part]
    assert sorted(taken) == list(range(1, 2001))
    assert store.workers(campaign) == []


deed = st.tuples(st.sampled_from(["join", "lease", "settle", "die", "leave"]), st.integers(0, 3), st.integers(1, 4))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(deed, max_size=25))
def test_whatever_workers_do_each_recipient_is_held_once_and_sent_once(
    store: Store, deeds: list[tuple[str, int, int]]
) -> None:
    campaign = store.create_campaign(f"c{len(store.campaigns())}", {}, {})
    store.add_recipients(campaign, [recipient(row) for row in range(1, 13)])
    workers: list[Worker] = []
    dead: list[Worker] = []
    sent: Counter[int] = Counter()
    for what, which, number in deeds:
        worker = workers[which % len(workers)] if workers else None
        if what == "join":
            workers.append(store.join(campaign, "w", NOON))
        elif worker is None:
            continue
        elif what == "lease":
            sent.update(rows_of(store.lease(worker, number, NOON)))
        elif what == "settle":
            accept(store, worker, *rows_of(store.in_flight(worker))[:number])
        elif what == "die":
            dead += workers
            workers = store.take_over(campaign, "heir", NOON)
        elif not store.in_flight(worker):
            store.leave(worker)
            workers.remove(worker)
        held = [row for each in workers for row in rows_of(store.in_flight(each))]
        assert len(held) == len(set(held)) == store.counts(campaign)[Status.SENDING]
        assert sorted(each.held for each in store.workers(campaign)) == sorted(
            len(store.in_flight(each)) for each in workers
        )
    assert set(sent.values()) <= {1}
    for worker in dead:
        with pytest.raises(StaleRun):
            store.heartbeat(worker, NOON)

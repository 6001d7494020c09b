"""The ledger: every (campaign, recipient) stands in exactly one state, in every store."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_samples import NOON, attempt, recipient

from gatepost.store import AcceptedBatch, Attempt, NewRecipient, Rows, Settled, Status, Store, StoreError, Waiting


@pytest.fixture
def campaign(store: Store) -> int:
    return store.create_campaign("october", {}, {})


def rows_of(leased: list[object]) -> list[int]:
    return [row.row for row in leased]  # type: ignore[attr-defined]


def test_all_rows_are_added_or_none(store: Store, campaign: int) -> None:
    def breaks() -> Iterator[NewRecipient]:
        yield recipient(1)
        raise RuntimeError("the list ends in the middle")

    with pytest.raises(RuntimeError):
        store.add_recipients(campaign, breaks())
    with pytest.raises(StoreError, match="already"):
        store.add_recipients(campaign, [recipient(1), recipient(2), recipient(1)])
    assert sum(store.counts(campaign).values()) == 0
    assert store.add_recipients(campaign, [recipient(1), recipient(2)]) == 2


def test_counts_name_every_state(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1), recipient(2, Status.INVALID), recipient(3, Status.SUPPRESSED)])
    expected = dict.fromkeys(Status, 0) | {Status.QUEUED: 1, Status.INVALID: 1, Status.SUPPRESSED: 1}
    assert store.counts(campaign) == expected


def test_a_lease_takes_queued_rows_in_list_order_and_once(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(row) for row in (3, 1, 2)] + [recipient(4, Status.DUPLICATE)])
    worker = store.join(campaign, "test", NOON)
    assert rows_of(store.lease(worker, 2, NOON)) == [1, 2]
    assert rows_of(store.lease(worker, 2, NOON)) == [3]
    assert store.lease(worker, 2, NOON) == []


def test_a_retry_is_leased_when_due_and_before_the_queued(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(row) for row in range(1, 5)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 3, NOON)
    later = [Settled(row, Status.RETRYING, "greylisted", 451, at=NOON, next_at=NOON + 60 * row) for row in (1, 2, 3)]
    store.settle(worker, later)
    assert store.next_due(campaign) == NOON + 60
    assert rows_of(store.lease(worker, 10, NOON + 120)) == [1, 2, 4]
    assert store.next_due(campaign) == NOON + 180
    assert rows_of(store.lease(worker, 10, NOON + 179)) == []
    [last] = store.lease(worker, 10, NOON + 180)
    assert (last.row, last.attempts) == (3, 1)
    assert store.next_due(campaign) is None


def test_settle_marks_first_and_last_try_and_keeps_the_first_message_id(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    greylisted = Settled(1, Status.RETRYING, "greylisted", 451, "4.7.1", "later", "news", "", "<a@x>", NOON, NOON + 9)
    store.settle(worker, [greylisted])
    [leased] = store.lease(worker, 1, NOON + 9)
    assert (leased.attempts, leased.message_id) == (1, "<a@x>")
    store.settle(worker, [Settled(1, Status.ACCEPTED, "", 250, "2.0.0", "ok", "spare", "Q1", "<b@x>", NOON + 9)])
    [row] = store.results(campaign).to_dicts()
    assert (row["status"], row["category"], row["code"], row["reply"]) == ("accepted", "", 250, "ok")
    assert (row["attempts"], row["account"], row["queue_id"], row["message_id"]) == (2, "spare", "Q1", "<a@x>")
    assert (row["first_at"], row["last_at"], row["next_at"]) == (NOON, NOON + 9, None)


def test_a_row_that_was_not_tried_keeps_what_the_last_try_said(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1), recipient(2)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 2, NOON)
    store.settle(worker, [Settled(1, Status.RETRYING, "greylisted", 451, at=NOON, next_at=NOON)])
    store.lease(worker, 1, NOON)
    untried = [Settled(1, Status.EXPIRED, counts=False), Settled(2, Status.QUEUED, counts=False)]
    store.settle(worker, untried)
    first, second = store.results(campaign).to_dicts()
    assert (first["status"], first["category"], first["attempts"], first["last_at"]) == (
        "expired",
        "greylisted",
        1,
        NOON,
    )
    assert (second["status"], second["attempts"], second["first_at"]) == ("queued", 0, None)
    assert rows_of(store.lease(worker, 2, NOON)) == [2]


def test_a_verdict_on_a_row_that_is_not_listed_keeps_nothing_of_the_batch(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    rows = [Settled(1, Status.ACCEPTED, at=NOON), Settled(9, Status.ACCEPTED, at=NOON)]
    with pytest.raises(StoreError, match="1 settled rows are not held by this worker"):
        store.settle(worker, rows, [attempt(NOON, "user1@example.com")])
    assert store.counts(campaign)[Status.SENDING] == 1
    assert store.attempts().is_empty()


def test_requeue_takes_the_chosen_states_and_categories_and_leaves_bad_addresses(store: Store, campaign: int) -> None:
    rows = [recipient(1), recipient(2), recipient(3), recipient(4, Status.INVALID)]
    store.add_recipients(campaign, rows)
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 3, NOON)
    full, unknown = "mailbox_full", "recipient_unknown"
    settled = [Settled(1, Status.REFUSED, full, at=NOON), Settled(2, Status.REFUSED, unknown, at=NOON)]
    store.settle(worker, [*settled, Settled(3, Status.ACCEPTED, at=NOON)])
    assert store.requeue(campaign, []) == 0
    assert store.requeue(campaign, [Status.REFUSED], [full]) == 1
    assert store.requeue(campaign, [Status.REFUSED, Status.INVALID]) == 1
    again = store.lease(worker, 10, NOON)
    assert [(row.row, row.attempts) for row in again] == [(1, 1), (2, 1)]


def test_results_stand_in_list_order_with_the_columns_that_are_asked_for(store: Store, campaign: int) -> None:
    bad = NewRecipient(1, "нет адреса", "", '{"имя": "Ёж"}', Status.INVALID, "no @ in the address")
    store.add_recipients(campaign, [recipient(2), bad])
    frame = store.results(campaign)
    assert ", ".join(frame.columns) == (
        "row, email, address, status, category, code, enhanced, reply, attempts, account, queue_id, message_id, "
        "first_at, last_at, next_at, detail, fields"
    )
    assert frame.row(0, named=True)["fields"] == '{"имя": "Ёж"}'
    assert store.results(campaign, ["row", "email"]).rows() == [(1, "нет адреса"), (2, "user2@example.com")]
    with pytest.raises(ValueError, match="no column 'mail'"):
        store.results(campaign, ["mail"])


def test_results_of_some_states_leave_the_others_out(store: Store, campaign: int) -> None:
    states = [Status.QUEUED, Status.INVALID, Status.DUPLICATE, Status.INVALID]
    store.add_recipients(campaign, [recipient(row, status) for row, status in enumerate(states, 1)])
    assert store.results(campaign, ["row"], [Status.INVALID])["row"].to_list() == [2, 4]
    assert store.results(campaign, ["row"], [Status.DUPLICATE, Status.QUEUED])["row"].to_list() == [1, 3]


def test_accepted_letters_are_counted_by_account_and_apart_where_it_took_more_than_one_try(
    store: Store, campaign: int
) -> None:
    store.add_recipients(campaign, [recipient(row) for row in range(1, 6)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 5, NOON)
    store.settle(worker, [Settled(1, Status.RETRYING, "greylisted", 451, account="b", at=NOON, next_at=NOON)])
    assert rows_of(store.lease(worker, 5, NOON)) == [1]
    by = {1: "b", 2: "b", 3: "a"}
    store.settle(worker, [Settled(row, Status.ACCEPTED, account=name, at=NOON) for row, name in by.items()])
    store.settle(worker, [Settled(4, Status.REFUSED, account="a", at=NOON)])
    assert list(store.accepted(campaign).items()) == [("a", (1, 0)), ("b", (2, 1))]


def test_threads_that_lease_and_settle_never_share_a_row(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, (recipient(row) for row in range(1, 2001)))
    worker = store.join(campaign, "test", NOON)

    def work(_: int) -> list[int]:
        taken = []
        while leased := store.lease(worker, 37, NOON):
            verdicts = [Settled(row.row, Status.ACCEPTED, at=NOON) for row in leased]
            store.settle(worker, verdicts, [attempt(NOON, row.address) for row in leased])
            taken += rows_of(leased)  # type: ignore[arg-type]
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [row for part in pool.map(work, range(6)) for row in part]
    assert sorted(taken) == list(range(1, 2001))
    assert store.counts(campaign)[Status.ACCEPTED] == store.attempts().height == 2000


def test_accepted_letters_by_column_leave_what_they_leave_one_by_one(store: Store) -> None:
    kept = []
    for by_column in (True, False):
        name = f"by column: {by_column}"
        campaign = store.create_campaign(name, {}, {})
        store.add_recipients(campaign, [recipient(row) for row in (1, 2, 3)])
        worker = store.join(campaign, "test", NOON)
        store.lease(worker, 3, NOON)
        later = [Settled(2, Status.RETRYING, "greylisted", 451, message_id="<first@x>", at=NOON, next_at=NOON)]
        store.settle(worker, later)
        leased = store.lease(worker, 1, NOON)
        assert rows_of(leased) == [2]
        rows = (1, 2, 3)
        ids = [f"<{row}@x>" for row in rows]
        address = [f"user{row}@example.com" for row in rows]
        if by_column:
            many = AcceptedBatch(
                rows, [NOON + 1] * 3, [0.5, 0.6, 0.7], ["news"] * 3, address, [250] * 3, ["2.0.0"] * 3, ["ok"] * 3,
                ["Q1", "Q2", "Q3"], ids, [10, 20, 30], name,
            )  # fmt: skip
            store.settle(worker, [], [], [many])
        else:
            settled = [
                Settled(row, Status.ACCEPTED, "", 250, "2.0.0", "ok", "news", f"Q{row}", ids[row - 1], NOON + 1)
                for row in rows
            ]
            attempts = [
                Attempt(
                    NOON + 1, 0.4 + row / 10, "news", address[row - 1], "example.com", "accepted", "final", "", 250,
                    "2.0.0", "ok", f"Q{row}", ids[row - 1], 10 * row, name, row,
                )
                for row in rows
            ]  # fmt: skip
            store.settle(worker, settled, attempts)
        history = store.attempts(campaign=name).drop("campaign").with_columns(pl.col("seconds").round(6))
        kept.append((store.results(campaign).rows(), history.rows()))
    assert kept[0] == kept[1]


def test_an_accepted_row_that_is_not_listed_keeps_nothing_of_the_batch(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    said = ([250] * 2, [""] * 2, ["ok"] * 2, [""] * 2, [""] * 2, [10] * 2)
    many = AcceptedBatch([1, 9], [NOON] * 2, [0.1] * 2, ["news"] * 2, ["a@x.ru", "b@x.ru"], *said, "october")
    with pytest.raises(StoreError, match="1 settled rows are not held by this worker"):
        store.settle(worker, [], [], [many])
    assert store.counts(campaign)[Status.SENDING] == 1
    assert store.attempts().is_empty()


def test_a_row_that_is_queued_again_is_leased_again_though_later_rows_went_before(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(row) for row in range(1, 6)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 5, NOON)
    assert store.waiting(campaign) == (False, 0)
    store.settle(worker, [Settled(row, Status.QUEUED, counts=False) for row in (4, 2)])
    assert store.waiting(campaign) == (True, 0)
    assert rows_of(store.lease(worker, 1, NOON)) == [2]
    store.settle(worker, [Settled(row, Status.ACCEPTED, at=NOON) for row in (1, 2, 3, 5)])
    store.requeue(campaign, [Status.ACCEPTED])
    assert rows_of(store.lease(worker, 9, NOON)) == [1, 2, 3, 4, 5]


def test_sending_is_no_verdict(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    with pytest.raises(StoreError, match="not a verdict"):
        store.settle(worker, [Settled(1, Status.SENDING, at=NOON)])
    assert rows_of(store.in_flight(worker)) == [1]


def test_a_verdict_twice_in_a_batch_keeps_nothing_of_it(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    with pytest.raises(StoreError, match="1 settled rows are not held"):
        store.settle(worker, [Settled(1, Status.REFUSED, at=NOON), Settled(1, Status.ACCEPTED, at=NOON)])
    assert rows_of(store.in_flight(worker)) == [1]


def test_requeue_leaves_what_a_worker_holds_with_it(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(1), recipient(2)])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 1, NOON)
    assert store.requeue(campaign, list(Status)) == 1
    assert rows_of(store.in_flight(worker)) == [1]
    assert rows_of(store.lease(worker, 9, NOON)) == [2]


def test_a_hundred_thousand_rows_go_in_and_come_out(store: Store, campaign: int) -> None:
    count = 100_000
    assert store.add_recipients(campaign, (recipient(row) for row in range(1, count + 1))) == count
    assert store.results(campaign, ["row"])["row"].to_list() == list(range(1, count + 1))


VERDICTS = [status for status in Status if status is not Status.SENDING]
step = st.tuples(st.sampled_from(["lease", "settle", "crash", "requeue"]), st.integers(0, 4), st.sampled_from(VERDICTS))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, max_size=12))
def test_whatever_happens_every_recipient_stands_in_one_state(
    store: Store, steps: list[tuple[str, int, Status]]
) -> None:
    campaign = store.create_campaign(f"c{len(store.campaigns())}", {}, {})
    store.add_recipients(campaign, [recipient(row) for row in range(1, 6)])
    worker = store.join(campaign, "test", NOON)
    for what, number, status in steps:
        before = store.counts(campaign)
        if what == "lease":
            leased = store.lease(worker, number, NOON)
            assert len(leased) == min(number, before[Status.QUEUED] + before[Status.RETRYING])
        elif what == "settle":
            settled = [Settled(row.row, status, at=NOON, next_at=NOON) for row in store.in_flight(worker)[:number]]
            store.settle(worker, settled)
        elif what == "crash":
            [worker] = store.take_over(campaign, "test", NOON)
        else:
            store.requeue(campaign, [status])
        assert sum(store.counts(campaign).values()) == 5
        counts = store.counts(campaign)
        assert store.waiting(campaign) == (counts[Status.QUEUED] > 0, counts[Status.RETRYING])
        assert len(store.in_flight(worker)) == store.counts(campaign)[Status.SENDING]


def test_only_rows_up_to_the_given_one_are_leased(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(n) for n in range(2, 12)])
    worker = store.join(campaign, "me", NOON)
    assert store.rows(campaign) == Rows(2, 2, 11)
    assert rows_of(store.lease(worker, 100, NOON, 4)) == [2, 3, 4]
    assert rows_of(store.lease(worker, 100, NOON, 4)) == []
    assert store.waiting(campaign)[0] and store.rows(campaign) == Rows(2, 5, 11)
    assert rows_of(store.lease(worker, 2, NOON, 8)) == [5, 6]
    store.settle(worker, [Settled(row, Status.RETRYING, next_at=NOON, counts=False) for row in (2, 3, 4, 5, 6)])
    assert rows_of(store.lease(worker, 100, NOON, 6)) == [2, 3, 4, 5, 6]
    assert rows_of(store.lease(worker, 100, NOON)) == [7, 8, 9, 10, 11]
    assert store.rows(campaign) == Rows(2, 12, 11) and store.rows(campaign + 1) is None


def test_who_is_put_off_is_counted_by_what_it_waits_for(store: Store, campaign: int) -> None:
    store.add_recipients(campaign, [recipient(n) for n in range(1, 7)])
    worker = store.join(campaign, "me", NOON)
    store.lease(worker, 6, NOON)

    def put_off(row: int, why: str, next_at: float | None) -> Settled:
        return Settled(row, Status.RETRYING, detail=why, next_at=next_at, counts=False)

    hand, window = "waits for the word of somebody", "waits for the send window"
    store.settle(
        worker,
        [put_off(1, hand, None), put_off(2, hand, None), put_off(3, window, NOON + 9), put_off(4, window, NOON + 5),
         put_off(5, "greylisted", NOON + 1)],
    )  # fmt: skip
    assert store.put_off(campaign) == [
        Waiting("", 1, NOON + 1), Waiting(window, 2, NOON + 5), Waiting(hand, 2, None),
    ]  # fmt: skip
    assert rows_of(store.lease(worker, 9, NOON + 1)) == [5]
    assert store.due_now(campaign, hand) == 2
    assert rows_of(store.lease(worker, 9, NOON + 1)) == [1, 2]
    assert store.next_due(campaign) == NOON + 5

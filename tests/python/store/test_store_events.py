"""What is heard of letters later, and whom it is about, in every store."""

import pytest
from store_samples import HOUR, NOON, attempt, event

from gatepost.store import EventKind, Store
from gatepost.store.columns import EVENTS


def test_events_come_back_as_they_were_written(store: Store) -> None:
    written = event(
        "dsn:1", NOON, EventKind.BOUNCED, recipient="ольга@example.com", message_id="a.1@x", campaign="october", row=7,
        account="news", category="mailbox_full", code=552, enhanced="5.2.2", reply="Нет места", detail="a DSN",
    )  # fmt: skip
    assert store.add_events([written]) == 1
    frame = store.events()
    assert frame.schema == dict(EVENTS)
    assert frame.row(0) == tuple(getattr(written, name) for name in EVENTS)


def test_an_event_that_is_known_already_is_left_out(store: Store) -> None:
    assert store.add_events([event("a"), event("b")]) == 2
    assert store.add_events([event("b", detail="again"), event("c"), event("c")]) == 1
    assert store.events()["key"].to_list() == ["a", "b", "c"]
    assert store.events()["detail"].to_list() == ["", "", ""]


def test_events_are_in_order_of_time_and_filtered(store: Store) -> None:
    store.add_events(
        [
            event("c", NOON + 2, EventKind.CLICKED, campaign="october"),
            event("a", NOON, EventKind.OPENED),
            event("b", NOON + 1, EventKind.OPENED, campaign="october"),
        ]
    )

    def asked(**filters: object) -> list[str]:
        return store.events(**filters, columns=["key"])["key"].to_list()  # type: ignore[arg-type]

    assert asked() == ["a", "b", "c"]
    assert asked(since=NOON + 1) == ["b", "c"]
    assert asked(until=NOON + 1) == ["a"]
    assert asked(kind=EventKind.OPENED) == ["a", "b"]
    assert asked(campaign="october", kind=EventKind.CLICKED) == ["c"]
    assert asked(last=2) == ["b", "c"]


def test_an_event_of_an_unknown_kind_is_refused_and_keeps_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="'vanished' is not a valid EventKind"):
        store.add_events([event("a"), event("b", kind="vanished")])  # type: ignore[arg-type]
    assert store.events().is_empty()


def test_a_letter_is_found_by_its_message_id_with_all_its_attempts(store: Store) -> None:
    late = attempt(NOON + HOUR, "olga@x.ru", message_id="u.7@news.ru", campaign="october", row=7)
    first = attempt(
        NOON, "olga@x.ru", "retrying", message_id="u.7@news.ru", campaign="october", row=7, code=451, reply="Позже"
    )
    store.add_attempts([late, first, attempt(NOON, "ivan@x.ru", message_id="u.70@news.ru"), attempt(NOON, "a@x.ru")])
    assert store.by_message_id("u.7@news.ru") == [first, late]
    assert store.by_message_id(" <u.7@news.ru>") == [first, late]
    assert store.by_message_id("u.8@news.ru") == []


def test_letters_without_a_message_id_are_not_found_by_an_empty_one(store: Store) -> None:
    store.add_attempts([attempt(NOON, "olga@x.ru", message_id="")])
    assert store.by_message_id("") == store.by_message_id("<>") == []

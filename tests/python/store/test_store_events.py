"""What is heard of letters later, and whom it is about, in every store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_samples import HOUR, NOON, attempt, event, recipient

from gatepost.store import EventKind, SentTo, Settled, Status, Store
from gatepost.store.columns import EVENTS
from gatepost.store.message_ids import message_id_of, read_message_id


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


def test_a_letter_of_a_campaign_is_found_by_its_message_id_from_the_first_try_on(store: Store) -> None:
    campaign = store.create_campaign("october", {"uid": "f00d"}, {})
    store.create_campaign("november", {"uid": "f00d.7"}, {})
    store.add_recipients(campaign, [recipient(7), recipient(70)])
    message_id = message_id_of("f00d", 7, "news.ru")
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 2, NOON)
    assert store.by_message_id(message_id) == [SentTo("october", 7, "user7@example.com", "", None)]
    store.settle(worker, [Settled(7, Status.ACCEPTED, account="news", message_id=message_id, at=NOON)])
    found = [SentTo("october", 7, "user7@example.com", "news", NOON)]
    assert store.by_message_id(message_id) == store.by_message_id(f" <{message_id}>") == found
    assert store.by_message_id(message_id_of("f00d", 8, "news.ru")) == []
    assert store.by_message_id(message_id_of("beef", 7, "news.ru")) == []


def test_a_letter_outside_campaigns_is_found_with_each_of_its_recipients(store: Store) -> None:
    store.add_attempts(
        [
            attempt(NOON + HOUR, "olga@x.ru", message_id="abc@news.ru", account="spare"),
            attempt(NOON, "ivan@x.ru", message_id="abc@news.ru", campaign="label"),
            attempt(NOON, "petr@x.ru", message_id="abcd@news.ru"),
        ]
    )
    assert store.by_message_id("<abc@news.ru>") == [
        SentTo("label", 0, "ivan@x.ru", "news", NOON),
        SentTo("", 0, "olga@x.ru", "spare", NOON + HOUR),
    ]


STRANGE = ["", "<>", "@", ".1@x.ru", "a.b@x.ru", "a.\u0661@x.ru", f"a.{10**30}@x.ru", "\0", "a.-1@x"]


@pytest.mark.parametrize("strange", STRANGE)
def test_a_message_id_that_is_not_ours_finds_nobody(store: Store, strange: str) -> None:
    store.create_campaign("without a uid", {}, {})
    store.add_recipients(store.create_campaign("october", {"uid": "a"}, {}), [recipient(1)])
    store.add_attempts([attempt(NOON, "olga@x.ru", message_id="")])
    assert store.by_message_id(strange) == []


@given(st.text("0123456789abcdef", min_size=1), st.integers(1, 2**32), st.from_regex(r"[a-z.]+", fullmatch=True))
def test_a_message_id_of_a_campaign_says_its_row(uid: str, row: int, domain: str) -> None:
    assert read_message_id(message_id_of(uid, row, domain)) == (uid, row)

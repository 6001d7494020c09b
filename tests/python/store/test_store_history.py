"""Attempts and suppressions, in every store."""

import pytest
from store_samples import DAY, HOUR, NOON, attempt

from gatepost.store import Store
from gatepost.store.columns import ATTEMPTS


def test_attempts_come_back_as_they_were_written(store: Store) -> None:
    written = attempt(NOON, "ольга@example.com", "refused", reply="550 Нет такого", bytes=2**40, row=7, campaign="o")
    store.add_attempts([written])
    frame = store.attempts()
    assert frame.schema == dict(ATTEMPTS)
    assert frame.row(0) == tuple(getattr(written, name) for name in ATTEMPTS)


def test_attempts_are_in_order_of_time_and_filtered(store: Store) -> None:
    store.add_attempts(
        [
            attempt(NOON + 2, "c@x.ru", account="spare"),
            attempt(NOON, "a@x.ru", campaign="october"),
            attempt(NOON + 1, "b@x.ru", "refused"),
        ]
    )

    def asked(**filters: object) -> list[str]:
        return [address[0] for address in store.attempts(**filters, columns=["recipient"])["recipient"]]  # type: ignore[arg-type]

    assert asked() == ["a", "b", "c"]
    assert asked(since=NOON + 1) == ["b", "c"]
    assert asked(until=NOON + 1) == ["a"]
    assert asked(status="refused") == ["b"]
    assert asked(account="spare") == ["c"]
    assert asked(campaign="october") == ["a"]
    assert asked(campaign="") == ["b", "c"]
    assert asked(last=2) == ["b", "c"]
    assert asked(last=1, status="accepted", until=NOON + 2) == ["a"]
    assert asked(last=0) == []


def test_sent_times_leave_out_what_never_reached_the_server(store: Store) -> None:
    store.add_attempts(
        [
            attempt(NOON + 1, "a@x.ru"),
            attempt(NOON, "b@x.ru", "refused", phase="rcpt"),
            attempt(NOON, "c@x.ru", "retrying", phase="connect"),
            attempt(NOON, "d@x.ru", account="spare"),
            attempt(NOON - HOUR, "e@x.ru"),
        ]
    )
    assert store.sent_times("news", NOON) == [NOON, NOON + 1]


def test_a_letter_to_several_recipients_was_sent_once(store: Store) -> None:
    both = [attempt(NOON, f"{name}@x.ru", message_id="1@x.ru") for name in ("a", "b")]
    store.add_attempts([*both, attempt(NOON, "c@x.ru", message_id="2@x.ru")])
    assert store.sent_times("news", NOON) == [NOON, NOON]


def test_suppressions_are_blind_to_the_case_of_the_domain_only(store: Store) -> None:
    store.suppress(["Olga@Mail.RU", "ivan@mail.ru"], "complaint", NOON)
    asked = ["Olga@mail.ru", "Olga@MAIL.ru", "olga@mail.ru", "ivan@mail.ru", "new@mail.ru"]
    found = store.suppressed_among(asked)
    assert found == dict.fromkeys(["Olga@mail.ru", "Olga@MAIL.ru", "ivan@mail.ru"], "complaint")


def test_the_newest_reason_stands_until_the_address_is_taken_off(store: Store) -> None:
    store.suppress(["a@x.ru"], "bounced", NOON)
    store.suppress(["a@X.ru"], "complaint", NOON + 1)
    assert store.suppressions().rows() == [("a@x.ru", "complaint", NOON + 1)]
    store.unsuppress(["a@X.RU"])
    assert store.suppressions().is_empty()
    assert store.suppressed_among(["a@x.ru"]) == {}


def test_more_addresses_than_one_statement_takes_are_looked_up(store: Store) -> None:
    addresses = [f"user{number}@example.com" for number in range(40_000)]
    store.suppress(addresses[::1000], "complaint", NOON)
    assert list(store.suppressed_among(addresses)) == addresses[::1000]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(Exception, match="closed"):
        store.attempts()


def test_refusals_of_an_address_before_a_time_are_told_with_their_category_once_each(store: Store) -> None:
    many = [f"u{i}@x.ru" for i in range(6_000)]
    store.add_attempts([
        attempt(NOON, "u1@x.ru", "refused"), attempt(NOON + 60, "u1@x.ru", "refused"),
        attempt(NOON, "u5999@x.ru", "refused", category="mailbox_full"), attempt(NOON, "u2@x.ru"),
        attempt(NOON, "other@x.ru", "refused"), attempt(NOON + DAY, "u3@x.ru", "refused"),
    ])  # fmt: skip
    assert sorted(store.refused_before(many, NOON + DAY)) == [
        ("u1@x.ru", "recipient_unknown"),
        ("u5999@x.ru", "mailbox_full"),
    ]
    assert store.refused_before([], NOON) == []

"""What a Mailer hands over becomes history."""

from types import SimpleNamespace
from typing import Any

from store_samples import NOON

from gatepost.history import History
from gatepost.store import Store


def batch(*rows: dict[str, Any]) -> Any:
    plain = {
        "ticket": 0,
        "lane": 0,
        "recipient": "Olga@Mail.RU",
        "accepted": True,
        "failure": None,
        "code": 250,
        "enhanced": "2.0.0",
        "reply": "Ok: queued as Q1",
        "queue_id": "Q1",
        "message_id": "<1@x>",
        "untouched": False,
        "started": NOON,
        "ended": NOON + 0.25,
        "bytes": 900,
        "transcript": "",
    }
    return {name: [{**plain, **row}[name] for row in rows] for name in plain}


def failure(maybe_delivered: bool = False) -> Any:
    return SimpleNamespace(phase="data", category="spam_content", maybe_delivered=maybe_delivered)


def test_a_batch_becomes_attempts_of_the_account(store: Store) -> None:
    refused = {"recipient": "b@x.ru", "failure": failure(), "accepted": False, "code": 550}
    doubt = {"recipient": "c@x.ru", "failure": failure(maybe_delivered=True), "accepted": False, "code": 0}
    History(store).record("news", batch({}, refused, doubt))
    columns = ["recipient", "domain", "status", "phase", "category", "account", "seconds", "queue_id"]
    assert store.attempts(columns=columns).rows() == [
        ("Olga@Mail.RU", "mail.ru", "accepted", "final", "", "news", 0.25, "Q1"),
        ("b@x.ru", "x.ru", "refused", "data", "spam_content", "news", 0.25, "Q1"),
        ("c@x.ru", "x.ru", "unknown", "data", "spam_content", "news", 0.25, "Q1"),
    ]


def test_checks_and_letters_given_back_leave_no_row(store: Store) -> None:
    History(store).record("news", batch({"recipient": ""}, {"untouched": True, "failure": failure()}))
    assert store.attempts().is_empty()

"""Rows that the tests of stores and of the history share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gatepost.store import Attempt, Event, EventKind, NewRecipient, Status

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 10, 5, 12, tzinfo=MOSCOW).timestamp()
HOUR, DAY = 3600.0, 86_400.0


def recipient(row: int, status: Status = Status.QUEUED, email: str = "") -> NewRecipient:
    email = email or f"user{row}@example.com"
    return NewRecipient(
        row, email, "" if status is Status.INVALID else email, "{}", status, "why" * (status != "queued")
    )


def attempt(at: float, to: str, status: str = "accepted", **fields: Any) -> Attempt:
    accepted = status == "accepted"
    known = {
        "seconds": 0.1,
        "account": "news",
        "phase": "final" if accepted else "rcpt",
        "category": "" if accepted else "recipient_unknown",
        "code": 250 if accepted else 550,
        "enhanced": "",
        "reply": "",
        "queue_id": "",
        "message_id": f"<{to}>",
        "bytes": 1000,
    }
    return Attempt(at=at, recipient=to, domain=to.rpartition("@")[2], status=status, **{**known, **fields})


def event(key: str, at: float = NOON, kind: EventKind = EventKind.BOUNCED, **fields: Any) -> Event:
    return Event(key, at, kind, **fields)

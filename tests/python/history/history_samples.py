"""A small history."""

from __future__ import annotations

from store_samples import DAY, HOUR, NOON, attempt, recipient

from gatepost.store import Settled, Status, Store

PETR = "пётр@xn--e1afmkfd.xn--p1ai"
EVIL_REPLY = "Нет такого <script>alert(1)</script>"


def fill(store: Store) -> None:
    """Campaign "october" with seven rows, and letters outside of it; the test address stands in both.

    Counted attempts: olga accepted, ivan refused, пётр put off and accepted the next day, late in doubt, boss accepted.
    """
    campaign = store.create_campaign("october", {}, {})
    listed = ["olga@mail.ru", "ivan@mail.ru", PETR, "late@gmail.com"]
    rows = [recipient(row, email=email) for row, email in enumerate(listed, 1)]
    rows += [recipient(5, Status.INVALID, "not an address"), recipient(6, Status.DUPLICATE, "olga@mail.ru")]
    store.add_recipients(campaign, [*rows, recipient(7, email="Test@TEST.ru")])
    worker = store.join(campaign, "test", NOON)
    store.lease(worker, 10, NOON)
    store.settle(
        worker,
        [
            Settled(1, Status.ACCEPTED, code=250, at=NOON),
            Settled(2, Status.REFUSED, "recipient_unknown", 550, "5.1.1", EVIL_REPLY, at=NOON + 60),
            Settled(3, Status.ACCEPTED, code=250, at=NOON + DAY),
            Settled(4, Status.UNKNOWN, "connection_lost", at=NOON + DAY),
            Settled(7, Status.ACCEPTED, code=250, at=NOON),
        ],
        [
            attempt(NOON, "olga@mail.ru", seconds=0.1, campaign="october", row=1),
            attempt(NOON, "Test@TEST.ru", seconds=9.0, campaign="october", row=7),
            attempt(
                NOON + 60,
                "ivan@mail.ru",
                "refused",
                seconds=0.3,
                enhanced="5.1.1",
                reply=EVIL_REPLY,
                campaign="october",
                row=2,
            ),
            attempt(
                NOON + 120, PETR, "retrying", seconds=0.2, category="greylisted", code=451, campaign="october", row=3
            ),
            attempt(NOON + DAY, PETR, seconds=0.4, account="spare", campaign="october", row=3),
            attempt(
                NOON + DAY,
                "late@gmail.com",
                "unknown",
                seconds=0.5,
                category="connection_lost",
                code=0,
                campaign="october",
                row=4,
            ),
        ],
    )
    store.add_attempts(
        [
            attempt(NOON + DAY + HOUR, "boss@mail.ru", seconds=0.6),
            attempt(NOON + DAY + HOUR, "test@test.ru", "refused"),
        ]
    )

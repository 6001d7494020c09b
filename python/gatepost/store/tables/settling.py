"""Verdicts as the values of statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

from ...addresses import domain_of
from .. import statements as sql
from ..database import Transaction
from ..errors import StoreError
from ..history_rows import AcceptedBatch
from ..rows import Settled, Status, Worker

_WORDS = {status: status.value for status in Status}


def settle_each(connection: Transaction, worker: Worker, rows: Sequence[Settled]) -> int:
    """Writes verdicts of every kind; returns how many recipients of this worker they were for."""
    if any(one.status is Status.SENDING for one in rows):
        raise StoreError("`sending` is not a verdict; nothing was stored")
    # one[2:10] is what was said: category to at.
    tried = [
        (_WORDS[one.status], *one[2:10], one.at, one.next_at, one.detail, worker.campaign_id, one.row, worker.id)
        for one in rows
        if one.counts
    ]
    untried = [_untried(worker, row) for row in rows if not row.counts]
    written = connection.executemany(sql.SETTLE_TRIED, tried).rowcount if tried else 0
    return written + (connection.executemany(sql.SETTLE_UNTRIED, untried).rowcount if untried else 0)


def settle_accepted(connection: Transaction, worker: Worker, some: AcceptedBatch) -> int:
    """The same for letters that a server took, by column."""
    said = (some.code, some.enhanced, some.reply, some.account, some.queue_id, some.message_id)
    whose = (repeat(worker.campaign_id), some.row, repeat(worker.id))
    values = zip(*said, some.at, some.at, *whose, strict=False)
    return connection.executemany(sql.SETTLE_ACCEPTED, values).rowcount


def states(
    connection: Transaction, worker: Worker, rows: Iterable[Settled], accepted: Iterable[AcceptedBatch] = ()
) -> Counter[str]:
    """How many of these recipients have each state, before verdicts are written."""
    wanted = chain((one.row for one in rows), *(some.row for some in accepted))
    found = (connection.execute(sql.STATUS_OF_ROW, (worker.campaign_id, row)).fetchone() for row in wanted)
    return Counter(status for [status] in filter(None, found))


def attempts_of(some: AcceptedBatch) -> Iterable[tuple[Any, ...]]:
    """Their rows of the history."""
    domains = [domain_of(address) for address in some.address]
    return zip(
        some.at, some.seconds, some.account, some.address, domains, repeat("accepted"), repeat("final"), repeat(""),
        some.code, some.enhanced, some.reply, some.queue_id, some.message_id, some.bytes, repeat(some.campaign),
        some.row, strict=False,
    )  # fmt: skip


def _untried(worker: Worker, row: Settled) -> tuple[Any, ...]:
    said = (
        row.category, row.code, row.enhanced, row.reply, row.account, row.queue_id, row.message_id, row.at, row.detail,
    )  # fmt: skip
    whose = (worker.campaign_id, row.row, worker.id)
    return (_WORDS[row.status], *(value or None for value in said), row.next_at, *whose)

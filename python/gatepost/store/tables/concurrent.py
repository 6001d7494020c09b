"""The ledger where many write at once: each worker takes rows that nobody else is taking, and waits for no one."""

from __future__ import annotations

from typing import Any

from ..database import Transaction
from ..history_rows import AcceptedBatch
from ..rows import LeasedRecipient, Worker
from .ledger import LedgerTable

_LEASED = ", ".join(f"recipients.{name}" for name in LeasedRecipient._fields)
# Materialized: a join would else ask for further rows each time that it begins anew.
_TAKE = f"""WITH free AS MATERIALIZED (
        SELECT row FROM recipients WHERE campaign_id = ? AND {{which}} LIMIT ? FOR UPDATE SKIP LOCKED)
    UPDATE recipients SET status = 'sending', worker = ?, next_at = NULL FROM free
    WHERE campaign_id = ? AND recipients.row = free.row RETURNING {_LEASED}"""
_TAKE_DUE = _TAKE.format(which="status = 'retrying' AND next_at <= ? ORDER BY next_at, row")
_TAKE_QUEUED = _TAKE.format(which="status = 'queued' AND row <= ? ORDER BY row")
# As `SETTLE_ACCEPTED`, a whole batch with one statement.
_SETTLE_ACCEPTED = """UPDATE recipients SET status = 'accepted', category = '', code = said.code,
    enhanced = said.enhanced, reply = said.reply, account = said.account, queue_id = said.queue_id,
    message_id = CASE WHEN recipients.message_id = '' THEN said.message_id ELSE recipients.message_id END,
    attempts = attempts + 1, first_at = COALESCE(first_at, said.at), last_at = said.at, next_at = NULL, detail = '',
    worker = NULL
    FROM unnest(?::bigint[], ?::integer[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::double precision[])
        AS said (row, code, enhanced, reply, account, queue_id, message_id, at)
    WHERE campaign_id = ? AND recipients.row = said.row AND worker = ?"""


class ConcurrentLedger(LedgerTable):
    """`LedgerTable` over rows that are locked one by one."""

    def _lease_due(self, connection: Transaction, worker: Worker, limit: int, now: float) -> list[tuple[Any, ...]]:
        taken = connection.execute(_TAKE_DUE, (worker.campaign_id, now, limit, worker.id, worker.campaign_id))
        return taken.fetchall()

    def _lease_queued(
        self, connection: Transaction, worker: Worker, limit: int, last_row: int
    ) -> list[tuple[Any, ...]]:
        taken = connection.execute(_TAKE_QUEUED, (worker.campaign_id, last_row, limit, worker.id, worker.campaign_id))
        return sorted(taken.fetchall())

    def _settle_accepted(self, connection: Transaction, worker: Worker, some: AcceptedBatch) -> int:
        said = (
            some.row, some.code, some.enhanced, some.reply, some.account, some.queue_id, some.message_id, some.at,
        )  # fmt: skip
        return connection.execute(_SETTLE_ACCEPTED, (*map(list, said), worker.campaign_id, worker.id)).rowcount

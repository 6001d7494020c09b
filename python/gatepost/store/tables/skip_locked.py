"""Leases where many write at once: each worker takes rows that nobody else is about to take, and waits for no one."""

from __future__ import annotations

from typing import Any

from ..database import Transaction
from ..rows import LeasedRecipient, Worker
from .ledger import LedgerTable

_LEASED = ", ".join(f"recipients.{name}" for name in LeasedRecipient._fields)
# Materialized: a join would else ask for further rows each time that it begins anew.
_TAKE = f"""WITH free AS MATERIALIZED (
        SELECT row FROM recipients WHERE campaign_id = ? AND {{which}} LIMIT ? FOR UPDATE SKIP LOCKED)
    UPDATE recipients SET status = 'sending', worker = ?, next_at = NULL FROM free
    WHERE campaign_id = ? AND recipients.row = free.row RETURNING {_LEASED}"""
_TAKE_DUE = _TAKE.format(which="status = 'retrying' AND next_at <= ? ORDER BY next_at, row")
_TAKE_QUEUED = _TAKE.format(which="status = 'queued' ORDER BY row")


class SkipLockedLedger(LedgerTable):
    """`LedgerTable` over rows that are locked one by one."""

    def _lease_due(self, connection: Transaction, worker: Worker, limit: int, now: float) -> list[tuple[Any, ...]]:
        taken = connection.execute(_TAKE_DUE, (worker.campaign_id, now, limit, worker.id, worker.campaign_id))
        return taken.fetchall()

    def _lease_queued(self, connection: Transaction, worker: Worker, limit: int) -> list[tuple[Any, ...]]:
        taken = connection.execute(_TAKE_QUEUED, (worker.campaign_id, limit, worker.id, worker.campaign_id))
        return sorted(taken.fetchall())

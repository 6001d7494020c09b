"""Who sends a campaign: workers that come, give signs of life, leave, or are taken over."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .. import statements as sql
from ..database import Transaction
from ..errors import StaleRun, StoreError
from ..rows import Worker, WorkerRecord
from .base import persistent
from .facts import FACTS, FactTable

_TAKEN_OVER = (
    "another run took over what this one was sending; this one has to stop, nothing of its last write was kept"
)


class WorkerTable(FactTable):
    """The calls of `Store` about workers."""

    @persistent
    def join(self, campaign_id: int, owner: str, now: float) -> Worker:
        """A new worker; see `Store`."""
        with self._db.transaction() as connection:
            self._db.exclusive(connection, FACTS)  # whoever moves the store sees us, or we see that it moved
            if why := self._why_silent(connection):
                raise StoreError(why)
            epoch = self._next_epoch(connection, campaign_id)
            [[worker_id]] = connection.execute(sql.JOIN, (campaign_id, owner, epoch, epoch, now)).fetchall()
            return Worker(campaign_id, worker_id, epoch)

    @persistent
    def heartbeat(self, worker: Worker, now: float) -> None:
        """A sign of life. StaleRun where the worker was taken over."""
        with self._db.transaction() as connection:
            write_as(connection, worker, sql.HEARTBEAT, now)

    @persistent
    def tell(self, worker: Worker, doing: str) -> None:
        """What it is doing, for those who ask in other processes; see `Store`."""
        with self._db.transaction() as connection:
            write_as(connection, worker, sql.TELL, doing)

    @persistent
    def leave(self, worker: Worker) -> None:
        """Ends a worker; see `Store`."""
        with self._db.transaction() as connection:
            held = connection.execute(sql.HELD, worker).fetchone()
            if held is not None and held[0]:
                raise StoreError(f"this worker still holds {held[0]:,} recipients; settle them before it leaves")
            write_as(connection, worker, sql.LEAVE)

    @persistent
    def take_over(
        self, campaign_id: int, owner: str, now: float, *, only: Collection[WorkerRecord] | None = None
    ) -> list[Worker]:  # fmt: skip
        """Fences workers that are dead; see `Store`."""
        with self._db.transaction() as connection:
            if only is None:
                silent = connection.execute(sql.CLAIM, (owner, now, campaign_id)).fetchall()
            else:
                silent = []
                for one in only:
                    seen = (owner, now, campaign_id, one.id, one.epoch, one.heartbeat)
                    silent += connection.execute(sql.CLAIM_SILENT, seen).fetchall()
            taken = [
                Worker(campaign_id, worker_id, self._next_epoch(connection, campaign_id))
                for [worker_id] in sorted(silent)
            ]
            connection.executemany(sql.TAKE_OVER, [(one.epoch, one.id) for one in taken])
            return taken

    def workers(self, campaign_id: int) -> list[WorkerRecord]:
        """Those that have not left, oldest first."""
        found = self._db.rows(sql.WORKERS, (campaign_id,))
        return [(one := WorkerRecord(*row))._replace(lost=bool(one.lost)) for row in found]

    def _next_epoch(self, connection: Transaction, campaign_id: int) -> int:
        found = connection.execute(sql.NEXT_EPOCH, (campaign_id,)).fetchall()
        if not found:
            raise self._no_campaign(campaign_id)
        return int(found[0][0])


def release(connection: Transaction, worker: Worker, recipients: int) -> bool:
    """The worker holds so many fewer; returns whether it is lost. StaleRun where it was taken over, or has left."""
    found = connection.execute(sql.RELEASE, (recipients, *worker)).fetchall()
    if not found:
        raise StaleRun(_TAKEN_OVER)
    return bool(found[0][0])


def write_as(connection: Transaction, worker: Worker, statement: str, *values: Any) -> None:
    """Writes to the worker's own row. StaleRun where it was taken over, or has left."""
    if connection.execute(statement, (*values, *worker)).rowcount == 0:
        raise StaleRun(_TAKEN_OVER)

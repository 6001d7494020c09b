"""The ledger: each recipient of a campaign with its one state, and who holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, starmap
from typing import Any, cast

import polars as pl

from .. import statements as sql
from ..columns import PLACE, RESULTS, pick
from ..database import Transaction
from ..errors import StoreError
from ..history_rows import AcceptedBatch, Attempt
from ..rows import LeasedRecipient, Rows, Settled, Status, Waiting, Worker
from .base import Tables, persistent
from .counting import count, into
from .settling import attempts_of, settle_accepted, settle_each, states
from .workers import release, write_as

_NONE_QUEUED = 2**63 - 1  # as the row from which on some may be queued
_WORDS = {status: status.value for status in Status}


class LedgerTable(Tables):
    """The calls of `Store` about recipients."""

    @persistent
    def lease(self, worker: Worker, limit: int, now: float, last_row: int | None = None) -> list[LeasedRecipient]:
        """Recipients to send to now; see `Store`."""
        with self._db.transaction() as connection:
            write_as(connection, worker, sql.HEARTBEAT, now)
            # A retry that is due has waited already, so it goes before those that were never tried.
            due = self._lease_due(connection, worker, limit, now)
            new = self._lease_queued(
                connection, worker, limit - len(due), _NONE_QUEUED if last_row is None else last_row
            )
            taken = len(due) + len(new)
            write_as(connection, worker, sql.HOLD, taken)
            changes = {"retrying": -len(due), "queued": -len(new), "sending": taken}
            count(connection, worker.campaign_id, changes, worker)
            return list(starmap(LeasedRecipient, (*sorted(due), *new)))

    def _lease_due(self, connection: Transaction, worker: Worker, limit: int, now: float) -> list[tuple[Any, ...]]:
        due = connection.execute(sql.DUE, (worker.campaign_id, now, limit)).fetchall()
        connection.executemany(sql.LEASE_DUE, [(worker.id, worker.campaign_id, row[0]) for row in due])
        return due

    def _lease_queued(
        self, connection: Transaction, worker: Worker, limit: int, last_row: int
    ) -> list[tuple[Any, ...]]:
        [[queued_from]] = connection.execute(sql.QUEUED_FROM, (worker.campaign_id,)).fetchall()
        if limit == 0 or queued_from == _NONE_QUEUED or queued_from > last_row:
            return []
        new = connection.execute(sql.QUEUED, (worker.campaign_id, queued_from, last_row, limit)).fetchall()
        if new:
            connection.execute(sql.LEASE_QUEUED, (worker.id, worker.campaign_id, new[0][0], new[-1][0]))
        behind = new[-1][0] + 1 if len(new) == limit else min(last_row, _NONE_QUEUED - 1) + 1
        connection.execute(sql.SET_QUEUED_FROM, (behind, worker.campaign_id))
        return new

    def in_flight(self, worker: Worker) -> list[LeasedRecipient]:
        """Those that the worker holds; see `Store`."""
        if not any(held for [held] in self._db.rows(sql.HELD, worker)):
            return []  # without looking through the whole list
        return [LeasedRecipient(*row) for row in self._db.rows(sql.IN_FLIGHT, (worker.campaign_id, worker.id))]

    @persistent
    def settle(
        self, worker: Worker, rows: Sequence[Settled], attempts: Sequence[Attempt] = (),
        accepted: Sequence[AcceptedBatch] = (),
    ) -> None:  # fmt: skip
        """The verdicts and the history of one batch; see `Store`."""
        taken = sum(map(len, accepted))
        total = len(rows) + taken
        queued = min((one.row for one in rows if one.status is Status.QUEUED), default=None)
        with self._db.transaction() as connection:
            lost = release(connection, worker, total)
            # Of a worker that is not lost, all are `sending`.
            before = states(connection, worker, rows, accepted) if lost else {"sending": total}
            written = settle_each(connection, worker, rows)
            written += sum(self._settle_accepted(connection, worker, some) for some in accepted)
            if written < total:
                raise StoreError(f"{total - written} settled rows are not held by this worker; nothing was kept")
            if queued is not None:
                connection.execute(sql.QUEUED_AGAIN, (queued, worker.campaign_id, queued))
            self._db.insert(connection, sql.ADD_ATTEMPTS, chain(attempts, *map(attempts_of, accepted)))
            changes = Counter(_WORDS[one.status] for one in rows)
            changes["accepted"] += taken
            changes.subtract(before)
            count(connection, worker.campaign_id, changes, worker)

    def _settle_accepted(self, connection: Transaction, worker: Worker, some: AcceptedBatch) -> int:
        return settle_accepted(connection, worker, some)

    @persistent
    def doubt(self, worker: Worker, rows: Sequence[Settled]) -> None:
        """Nobody can say what became of these; see `Store`."""
        values = [
            (one.category, one.account, one.message_id, one.at, one.detail, worker.campaign_id, one.row, worker.id)
            for one in rows
        ]
        with self._db.transaction() as connection:
            write_as(connection, worker, sql.LOSE)
            before = states(connection, worker, rows)
            written = connection.executemany(sql.DOUBT, values).rowcount if values else 0
            if written < len(rows):
                raise StoreError(f"{len(rows) - written} rows are not held by this worker; nothing was kept")
            count(connection, worker.campaign_id, into("unknown", before), worker)

    @persistent
    def requeue(
        self, campaign_id: int, statuses: Sequence[Status], categories: Sequence[str] = (), since: float = 0.0
    ) -> int:
        """Puts ended recipients back to `queued`; see `Store`."""
        chosen = sorted({Status(status).value for status in statuses})
        if not chosen:
            return 0
        statement = sql.requeue(len(categories))
        with self._db.transaction() as connection:
            connection.execute(sql.QUEUED_ANYWHERE, (campaign_id,))
            moved = {
                status: connection.execute(statement, (campaign_id, status, *categories, since)).rowcount
                for status in chosen
            }
            if Status.UNKNOWN in chosen:
                connection.execute(sql.COUNT_LOST, (campaign_id,))
                connection.execute(sql.FORGET_LOST, (campaign_id,))
            count(connection, campaign_id, into("queued", moved))
            return sum(moved.values())

    def waiting(self, campaign_id: int) -> tuple[bool, int]:
        """What a run still has to do; see `Store`."""
        counts = self.counts(campaign_id)
        return counts[Status.QUEUED] > 0, counts[Status.RETRYING]

    def rows(self, campaign_id: int) -> Rows | None:
        """Which rows the list has; see `Store`."""
        [[first, last]] = self._db.rows(sql.ROWS, (campaign_id, campaign_id))
        if first is None:
            return None
        if not self.counts(campaign_id)[Status.QUEUED]:
            return Rows(first, last + 1, last)
        [[queued_from]] = self._db.rows(sql.QUEUED_FROM, (campaign_id,))
        queued = self._db.rows(sql.QUEUED, (campaign_id, queued_from, _NONE_QUEUED, 1))
        return Rows(first, queued[0][0] if queued else last + 1, last)

    def put_off(self, campaign_id: int) -> list[Waiting]:
        """Those that are retrying, by what they wait for; see `Store`."""
        return sorted(starmap(Waiting, self._db.rows(sql.PUT_OFF, (campaign_id,))))

    @persistent
    def due_now(self, campaign_id: int, why: str) -> int:
        """Makes those due that wait for this; see `Store`."""
        with self._db.transaction() as connection:
            return connection.execute(sql.DUE_NOW, (campaign_id, why)).rowcount

    def next_due(self, campaign_id: int) -> float | None:
        """When the earliest retry is due."""
        [[due]] = self._db.rows(sql.NEXT_DUE, (campaign_id,))
        return cast("float | None", due)

    def counts(self, campaign_id: int) -> dict[Status, int]:
        """Recipients by state, every state a key."""
        found = {Status(status): number for status, number in self._db.rows(sql.COUNTS, (campaign_id,))}
        return {status: found.get(status, 0) for status in Status}

    def accepted(self, campaign_id: int) -> dict[str, tuple[int, int]]:
        """Letters that were accepted, by account; see `Store`."""
        found = sorted(self._db.rows(sql.ACCEPTED, (campaign_id,)))  # databases differ in the order of texts
        return {account: (letters, later) for account, letters, later in found}

    def tried(self, campaign_id: int) -> bool:
        """Whether a letter of it went out, was refused, or is under way."""
        return bool(self._db.rows(sql.BEGAN, (campaign_id,)))

    def causes(self, campaign_id: int, statuses: Sequence[Status]) -> list[tuple[str, str, int]]:
        """status, category and number of those in these states; see `Store`."""
        if not statuses:
            return []
        return self._db.rows(sql.causes(len(statuses)), (campaign_id, *(_WORDS[one] for one in statuses)))

    def examples(self, campaign_id: int, status: str, category: str) -> list[tuple[int | None, int, str, str, str]]:
        """The first five of them; see `Store`."""
        return self._db.rows(sql.EXAMPLES, (campaign_id, status, category))

    def results(
        self, campaign_id: int, columns: Sequence[str] | None = None, statuses: Sequence[Status] = tuple(Status)
    ) -> pl.DataFrame:
        """One row per recipient; see `Store`."""
        chosen = RESULTS if columns is None else pick({**RESULTS, **PLACE}, columns)
        selected = (f"{sql.LINE} AS line" if name == "line" else name for name in chosen)
        statement = sql.results(", ".join(selected), len(statuses))
        return self._db.frame(statement, (campaign_id, *(_WORDS[one] for one in statuses)), chosen)

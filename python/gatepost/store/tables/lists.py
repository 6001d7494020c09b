"""Another list for a campaign that has one: in its place, or what is new and corrected in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from .. import statements as sql
from ..database import Transaction
from ..errors import StoreError
from ..rows import REMOVED, NewRecipient, Place, Status
from .base import Tables
from .counting import count, into

_WORDS = {status: status.value for status in Status}


class ListTable(Tables):
    """The calls of `Store` about lists that change."""

    def add_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Adds all rows or none; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.STATE, (campaign_id,)).fetchone() is None:
                raise self._no_campaign(campaign_id)
            connection.execute(sql.QUEUED_ANYWHERE, (campaign_id,))
            return self._add(connection, campaign_id, rows, Counter())

    def replace_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Another list in the place of the one before; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.BEGAN, (campaign_id,)).fetchone():
                raise StoreError("letters of this campaign were sent already: its list stays")
            if connection.execute(sql.STATE, (campaign_id,)).fetchone() is None:
                raise self._no_campaign(campaign_id)
            connection.execute(sql.QUEUED_ANYWHERE, (campaign_id,))
            connection.execute(sql.DELETE_RECIPIENTS, (campaign_id,))
            connection.execute(sql.COUNT_ANEW, (campaign_id,))
            return self._add(connection, campaign_id, rows, Counter())

    def change_recipients(
        self, campaign_id: int, added: Iterable[NewRecipient], changed: Iterable[NewRecipient],
        taken_out: Iterable[int],
    ) -> None:  # fmt: skip
        """What a mended list brings; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.STATE, (campaign_id,)).fetchone() is None:
                raise self._no_campaign(campaign_id)
            connection.execute(sql.QUEUED_ANYWHERE, (campaign_id,))
            changes = Counter[str]()
            for one in changed:
                row, email, address, fields, _, detail = one
                status = _WORDS[one.status]
                columns = (email, fields, campaign_id, row, address)
                if status == "queued" and connection.execute(sql.CHANGE_COLUMNS, columns).rowcount:
                    continue
                anew = (email, address, fields, status, detail, campaign_id, row)
                before = _status(connection, campaign_id, row)
                if not connection.execute(sql.BEGIN_ANEW, (*anew, before)).rowcount:
                    raise StoreError(f"row {row} has its letter, or is being sent; nothing was changed")
                changes[before] -= 1
                changes[status] += 1
            for row in taken_out:
                before = _status(connection, campaign_id, row)
                if connection.execute(sql.REMOVE_UNTRIED, (campaign_id, row, before)).rowcount:
                    changes[before] -= 1
                elif connection.execute(sql.TAKE_OUT, (REMOVED, campaign_id, row, before)).rowcount:
                    changes[before] -= 1
                    changes["expired"] += 1
            self._add(connection, campaign_id, added, changes)

    def set_places(self, campaign_id: int, places: Iterable[Place]) -> None:
        """Where recipients stand in the list; see `Store`."""
        values = ((line, detail, campaign_id, row) for row, line, detail in places)
        with self._db.transaction() as connection:
            connection.executemany(sql.SET_LINE, list(values))

    def expire(self, campaign_id: int, why: str) -> int:
        """Gives up all that wait; see `Store`."""
        with self._db.transaction() as connection:
            gone = {
                status: connection.execute(sql.EXPIRE, (why, campaign_id, status)).rowcount
                for status in ("queued", "retrying")
            }
            count(connection, campaign_id, into("expired", gone))
            return sum(gone.values())

    def _add(
        self, connection: Transaction, campaign_id: int, rows: Iterable[NewRecipient], changes: Counter[str]
    ) -> int:
        """Adds rows, and counts them with what else changed."""

        def values() -> Iterator[tuple[Any, ...]]:
            for r in rows:
                status = _WORDS[r[4]]
                changes[status] += 1
                yield campaign_id, r[0], r[1], r[2], r[3], status, r[5]

        given, added = self._db.insert(connection, sql.ADD_RECIPIENTS, values())
        if added < given:
            raise StoreError("a row number of the list is in this campaign already; nothing was added")
        count(connection, campaign_id, changes)
        return added


def _status(connection: Transaction, campaign_id: int, row: int) -> str:
    """The state of a recipient now; "" where there is no such row."""
    found = connection.execute(sql.STATUS_OF_ROW, (campaign_id, row)).fetchone()
    return str(found[0]) if found else ""

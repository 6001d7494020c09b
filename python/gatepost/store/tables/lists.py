"""Another list for a campaign that has one: in its place, or what is new and corrected in it."""

from __future__ import annotations

from collections.abc import Iterable

from .. import statements as sql
from ..errors import StoreError
from ..rows import NewRecipient
from .base import Tables

_TAKEN_OUT = "no longer in the list"


class ListTable(Tables):
    """The calls of `Store` about lists that change."""

    def replace_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Another list in the place of the one before; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.BEGAN, (campaign_id,)).fetchone():
                raise StoreError("letters of this campaign were sent already: its list stays")
            if connection.execute(sql.STATE, (campaign_id,)).fetchone() is None:
                raise self._no_campaign(campaign_id)
            connection.execute(sql.QUEUED_ANYWHERE, (campaign_id,))
            connection.execute(sql.DELETE_RECIPIENTS, (campaign_id,))
            return self._db.insert(connection, sql.ADD_RECIPIENTS, ((campaign_id, *_values(one)) for one in rows)).added

    def change_recipients(
        self, campaign_id: int, added: Iterable[NewRecipient], changed: Iterable[NewRecipient],
        taken_out: Iterable[int],
    ) -> None:  # fmt: skip
        """What a mended list brings; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.STATE, (campaign_id,)).fetchone() is None:
                raise self._no_campaign(campaign_id)
            connection.execute(sql.QUEUED_ANYWHERE, (campaign_id,))
            for one in changed:
                row, email, address, fields, status, detail = _values(one)
                columns = (email, fields, campaign_id, row, address)
                if status == "queued" and connection.execute(sql.CHANGE_COLUMNS, columns).rowcount:
                    continue
                anew = (email, address, fields, status, detail, campaign_id, row)
                if not connection.execute(sql.BEGIN_ANEW, anew).rowcount:
                    raise StoreError(f"row {row} has its letter, or is being sent; nothing was changed")
            for row in taken_out:
                if not connection.execute(sql.REMOVE_UNTRIED, (campaign_id, row)).rowcount:
                    connection.execute(sql.TAKE_OUT, (_TAKEN_OUT, campaign_id, row))
            given, new = self._db.insert(
                connection, sql.ADD_RECIPIENTS, ((campaign_id, *_values(one)) for one in added)
            )
            if new < given:
                raise StoreError("a row number of the list is in this campaign already; nothing was added")

    def expire(self, campaign_id: int, why: str) -> int:
        """Gives up all that wait; see `Store`."""
        with self._db.transaction() as connection:
            return connection.execute(sql.EXPIRE, (why, campaign_id)).rowcount


def _values(one: NewRecipient) -> tuple[int, str, str, str, str, str]:
    return one.row, one.email, one.address, one.fields, one.status.value, one.detail

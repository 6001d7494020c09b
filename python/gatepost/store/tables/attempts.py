"""The history: every try to deliver a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import polars as pl

from .. import statements as sql
from ..columns import ATTEMPTS, Columns, pick
from ..database import Database
from ..history_rows import Attempt, SentTo
from ..message_ids import read_message_id
from .base import Tables, persistent

_ADDRESSES_PER_QUERY = 5_000


class AttemptTable(Tables):
    """The calls of `Store` about attempts."""

    @persistent
    def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Adds rows to the history."""
        with self._db.transaction() as connection:
            self._db.insert(connection, sql.ADD_ATTEMPTS, attempts)

    def attempts(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        status: str | None = None,
        account: str | None = None,
        campaign: str | None = None,
        last: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Attempts in order of time; see `Store`."""
        asked = {
            "at >= ?": since,
            "at < ?": until,
            "status = ?": status,
            "account = ?": account,
            "campaign = ?": campaign,
        }
        return read_log(self._db, "attempts", pick(ATTEMPTS, columns), asked, last)

    def sent_times(self, account: str, since: float) -> list[float]:
        """When this account sent letters; see `Store`."""
        return [at for [at] in self._db.rows(sql.SENT_TIMES, (account, since))]

    def first_sent(self, account: str) -> float | None:
        """When the first letter of this account was sent; see `Store`."""
        [[at]] = self._db.rows(sql.FIRST_SENT, (account,))
        return cast("float | None", at)

    def refused_before(self, addresses: Sequence[str], before: float) -> list[tuple[str, str]]:
        """Address and category of refusals; see `Store`."""
        found: list[tuple[str, str]] = []
        for start in range(0, len(addresses), _ADDRESSES_PER_QUERY):
            part = addresses[start : start + _ADDRESSES_PER_QUERY]
            found += self._db.rows(sql.refused_before(len(part)), (before, *part))
        return found

    def by_message_id(self, message_id: str) -> list[SentTo]:
        """Whom a letter went to; see `Store`."""
        bare = message_id.strip().removeprefix("<").removesuffix(">")
        found = self._db.rows(sql.LETTERS_OUTSIDE, (bare,))
        if (of_campaign := read_message_id(bare)) is not None:
            found += self._db.rows(sql.LETTER_OF_ROW, of_campaign)
        return [SentTo(*row) for row in found]


def read_log(db: Database, table: str, columns: Columns, asked: dict[str, Any], last: int | None) -> pl.DataFrame:
    """Rows of a table with times, in order of time; `asked`: condition -> its value, None for any."""
    given = {condition: value for condition, value in asked.items() if value is not None}
    parameters = [*given.values(), *([] if last is None else [last])]
    frame = db.frame(sql.log(table, ", ".join(columns), list(given), last is not None), parameters, columns)
    return frame if last is None else frame.reverse()

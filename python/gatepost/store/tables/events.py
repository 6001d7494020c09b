"""What was heard of letters later: bounces, complaints, opens, clicks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from .. import statements as sql
from ..columns import EVENTS, pick
from ..history_rows import Event, EventKind
from .attempts import read_log
from .base import Tables


class EventTable(Tables):
    """The calls of `Store` about late events."""

    def add_events(self, events: Iterable[Event]) -> int:
        """Adds events whose keys are new; see `Store`."""
        rows = ((event.key, event.at, EventKind(event.kind).value, *event[3:]) for event in events)
        with self._db.transaction() as connection:
            self._db.exclusive(connection, "events")  # two who add the same ones would wait for each other
            return self._db.insert(connection, sql.ADD_EVENTS, rows).added

    def events(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        kind: EventKind | None = None,
        campaign: str | None = None,
        last: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Events in order of time; see `Store`."""
        asked = {
            "at >= ?": since,
            "at < ?": until,
            "kind = ?": None if kind is None else EventKind(kind).value,
            "campaign = ?": campaign,
        }
        return read_log(self._db, "events", pick(EVENTS, columns), asked, last)

    def last_event(self, campaign: str, kind: EventKind) -> tuple[float, str] | None:
        """The newest of its kind; see `Store`."""
        found = self._db.rows(sql.LAST_EVENT, (campaign, kind.value))
        return (found[0][0], found[0][1]) if found else None

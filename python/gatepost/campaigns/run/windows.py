"""Whose window is open: recipients outside it wait, and others go."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from ...errors import InputError
from ...store import LeasedRecipient, Settled, Status
from ..lists.row_json import read_rows
from ..send_window import SendWindow
from ..zones import zone_of
from .ledger import Ledger

OUTSIDE_WINDOW = "waits for the send window"


class _Hours(NamedTuple):
    """A window in one zone, over a time in which nothing changes: open, or closed."""

    since: float
    until: float
    is_open: bool


class Windows:
    """One campaign's window in the zones of its recipients. `column`: which one names a row's zone; None: no column."""

    def __init__(self, window: SendWindow | None, column: str | None, ledger: Ledger) -> None:
        self._window, self._column, self._ledger = window, column, ledger
        self._hours: dict[tzinfo | None, _Hours] = {}
        self._closes = math.inf  # when the first window closes in which a letter was begun

    def opens(self, now: float) -> float:
        """When the window of all opens; `now` where it is open, or each recipient has its own."""
        if self._window is None or self._column is not None:
            return now
        hours = self._hours_of(None, now)
        return now if hours.is_open else hours.until

    def open_now(self, leased: Sequence[LeasedRecipient], now: float) -> list[LeasedRecipient]:
        """Those whose window is open; the others are put off until theirs opens."""
        if self._window is None or not leased:
            return list(leased)
        cells: list[object] = [None] * len(leased)
        if self._column is not None:
            cells = [row.get(self._column) for row in read_rows([one.fields for one in leased])]
        allowed = []
        for recipient, cell in zip(leased, cells, strict=True):
            try:
                hours = self._hours_of(zone_of_cell(cell), now)
            except InputError as error:
                why = f"column {self._column!r}: {error}"
                settled = Settled(recipient.row, Status.INVALID, "message_malformed", at=now, counts=False, detail=why)
                self._ledger.keep(settled)
                continue
            if hours.is_open:
                self._closes = min(self._closes, hours.until)
                allowed.append(recipient)
            else:
                self._ledger.wait(recipient, hours.until, OUTSIDE_WINDOW)
        return allowed

    def has_closed(self, now: float) -> bool:
        """Whether one closed since letters were begun in it: those that have not gone have to come back."""
        if now < self._closes:
            return False
        self._closes = math.inf
        return True

    def _hours_of(self, zone: tzinfo | None, now: float) -> _Hours:
        found = self._hours.get(zone)
        if found is None or not found.since <= now < found.until:
            assert self._window is not None
            opens = self._window.next_open(now, zone)
            until = opens if opens > now else self._window.next_close(now, zone)
            found = self._hours[zone] = _Hours(now, until, opens <= now)
        return found


def zone_of_cell(cell: object) -> tzinfo | None:
    """The zone that a row names; None where it names none. InputError for what is no zone."""
    text = "" if cell is None else str(cell).strip()
    return zone_of(text) if text else None

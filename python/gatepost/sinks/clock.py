"""The sink's own time of day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .. import _core
from ..arguments import number
from ..errors import InputError

_MOST = timedelta(days=36_500)


class SinkClock:
    """The time by which a sink delays replies, greylists, counts, bounces and stamps letters. It runs with the
    system's and can be moved ahead."""

    def __init__(self, core: _core.Sink) -> None:
        self._core = core

    def now(self) -> datetime:
        """The sink's time, in UTC."""
        return datetime.fromtimestamp(self._core.now(), UTC)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Moves the sink's time ahead; nothing sleeps, and what was to happen by then happens now.

        InputError where that is back.
        """
        given = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
        ahead = sum(number(name, value) * timedelta(**{name: 1}).total_seconds() for name, value in given.items())
        if not 0 <= ahead <= _MOST.total_seconds():
            name = " + ".join(name for name, value in given.items() if value)
            raise InputError(f"{name} takes a time from 0 to {_MOST.days:,} days, not {ahead:g} seconds")
        self._core.advance_clock(ahead)

"""A list that is spread over hours: how far in it letters may have gone by now."""

from __future__ import annotations

from ...store import Rows

_LEAST_WAIT = 0.05  # seconds


class Pace:
    """Goes through the rows of a list at the rate that brings the whole of it out in the time it is spread over.

    It begins where the queue begins now: workers that join, and runs that go on after a pause, are at the same place
    and at the same rate, so nobody has to be asked, and nothing is made up for in a burst.
    """

    def __init__(self, rows: Rows, seconds: float, now: float) -> None:
        """`rows`: of the list, with the first that is queued; `seconds`: over which all of them are spread."""
        self._rate = (rows.last - rows.first + 1) / seconds  # rows a second
        self._start, self._began = rows.queued, now

    def last_row(self, now: float) -> int:
        """The last row whose letter may go by now."""
        return self._start + int(self._rate * (now - self._began))

    def next_time(self, now: float) -> float:
        """When the row after that one may."""
        ahead = self.last_row(now) + 1 - self._start
        return max(now + _LEAST_WAIT, self._began + ahead / self._rate)

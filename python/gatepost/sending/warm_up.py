"""The warm-up of an account: its limit of a day grows with each day since the first letter that a store knows."""

from __future__ import annotations

import math
import time

from ..clocks import SteadyClock
from ..language import gettext as _
from ..store import Store
from .limits import DAY, Limits

_LOOK_AGAIN = 60.0  # seconds until a store is asked again that knows no letter yet


class WarmUp:
    """How far an account is. Without a warm-up in its limits it says what those say, at any time."""

    def __init__(self, account: str, limits: Limits, store: Store | None) -> None:
        """`account`: its name in the store; None: no store, and so the first day."""
        self._account, self._limits, self._store = account, limits, store
        self._clock = SteadyClock()
        self._first: float | None = None
        self._ask_at = -math.inf

    def windows(self) -> tuple[tuple[int, float], ...]:
        """The limits of letters that hold now, as (most letters, seconds)."""
        return self._limits.windows_on(self.day)

    def ahead(self) -> list[tuple[list[int], float]]:
        """The same from this day of the warm-up to its last one: the most letters of each, and the seconds."""
        days = range(self.day, max(self.day + 1, len(self._limits.warm_up or ())))
        by_day = [self._limits.windows_on(day) for day in days]
        return [([most for most, _ in of_days], of_days[0][1]) for of_days in zip(*by_day, strict=True)]

    @property
    def day(self) -> int:
        """Days that are over since the first letter."""
        first = self._first_letter()
        return 0 if first is None else max(0, int((self._clock() - first) // DAY))

    @property
    def next_at(self) -> float:
        """When the next day begins that has another limit, in Unix seconds; inf where none does."""
        first, day = self._first_letter(), self.day
        if first is None or self._limits.windows_on(day + 1) == self._limits.windows_on(day):
            return math.inf
        return first + (day + 1) * DAY

    @property
    def next_in(self) -> float:
        """In how many seconds that is."""
        return self.next_at - self._clock()

    def __str__(self) -> str:
        """ "day 3 of 8: 200 letters; 400 from 2026-12-02 10:00 on"; "" where there is none, or it is over."""
        steps = self._limits.warm_up or ()
        if self.day >= len(steps) - 1:
            return ""
        now = _("day {day} of {days}: {letters} letters in 24 hours")
        said = now.format(day=self.day + 1, days=len(steps), letters=f"{steps[self.day]:,}")
        if math.isinf(self.next_at):
            return said
        then = _("{letters} from {moment} on")
        moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.next_at))
        return f"{said}; {then.format(letters=f'{steps[self.day + 1]:,}', moment=moment)}"

    def _first_letter(self) -> float | None:
        now = self._clock()
        if self._first is None and self._store is not None and self._limits.warm_up and now >= self._ask_at:
            self._first, self._ask_at = self._store.first_sent(self._account), now + _LOOK_AGAIN
        return self._first

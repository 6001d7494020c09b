"""The hours in which letters may arrive, by the clock of whoever gets them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from ..arguments import line, refuse, unix_seconds
from ..errors import InputError
from ..history.times import zone_named
from .zones import zone_of

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_RU = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_NUMBERS = {name: number for names in (_DAYS, _DAYS_RU) for number, name in enumerate(names)}
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_WHOLE_DAY = 24 * 60
_MINUTE = 60.0
_LONGEST = 15 * _WHOLE_DAY  # minutes to look ahead: hours that a change of the clock skips come a week later
_TAKES = 'hours and days such as "09:00-20:00 mon-fri" or "9-20 mon-fri; 11-18 sat"'


class _Span(NamedTuple):
    """Minutes of the day; one that ends before it begins goes on after midnight. `days`: on which it begins."""

    start: int
    end: int
    days: frozenset[int]

    def holds(self, day: int, minute: int) -> bool:
        if self.start < self.end:
            return day in self.days and self.start <= minute < self.end
        return (day in self.days and minute >= self.start) or ((day - 1) % 7 in self.days and minute < self.end)


@dataclass(frozen=True, slots=True)
class SendWindow:
    """The hours of the week in which recipients get letters, by their own clocks.

    Whoever is outside the window waits until it opens, and others go meanwhile. Hours are those that the clock on the
    wall shows, also on days on which it is set forward or back.

    Args:
        hours: Hours and days: "09:00-20:00 mon-fri", several with semicolons between them. Without days: every day.
            Hours over midnight ("22:00-02:00 fri") belong to the day on which they begin. "00:00-24:00" is always.
        timezone: IANA name of the time zone of all recipients whose row names none in a column "timezone". Default:
            that of this machine.

    Raises:
        InputError: Hours that are none, or a time zone that is not known.
    """

    hours: str
    timezone: str | None = None
    _spans: tuple[_Span, ...] = field(init=False, repr=False, compare=False)
    _zone: tzinfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        line("window: hours", self.hours)
        spans = tuple(_span(part.split(), self.hours) for part in self.hours.split(";") if part.strip())
        if not spans:
            raise refuse("window: hours", _TAKES, self.hours)
        object.__setattr__(self, "_spans", spans)
        zone = zone_named(None) if self.timezone is None else zone_of(line("window: timezone", self.timezone))
        object.__setattr__(self, "_zone", zone)

    def next_open(self, at: float, zone: tzinfo | None = None) -> float:
        """When a recipient of this zone may get a letter, at `at` or later: `at` itself within the window. Unix
        seconds; some weeks ahead where it never opens."""
        return self._change(unix_seconds("at", at), _checked(zone) or self._zone, until=True)

    def next_close(self, at: float, zone: tzinfo | None = None) -> float:
        """When the window that is open at `at` closes; some weeks ahead where it never does."""
        return self._change(unix_seconds("at", at), _checked(zone) or self._zone, until=False)

    def _change(self, at: float, zone: tzinfo, until: bool) -> float:
        """Minute by minute, as the clock of a zone goes: nothing has to be known of how it is set forward and back."""
        if self._is_open(at, zone) is until:
            return at
        first = at - at % _MINUTE
        for minutes in range(1, _LONGEST):
            moment = first + minutes * _MINUTE
            if self._is_open(moment, zone) is until:
                return moment
        return first + _LONGEST * _MINUTE

    def _is_open(self, at: float, zone: tzinfo) -> bool:
        local = datetime.fromtimestamp(at, zone)
        day, minute = local.weekday(), local.hour * 60 + local.minute
        return any(span.holds(day, minute) for span in self._spans)

    def to_spec(self) -> dict[str, Any]:
        """As the campaign's spec keeps it."""
        return {"hours": self.hours, "timezone": self.timezone}

    def __str__(self) -> str:
        return self.hours + (f" {self.timezone}" if self.timezone else "")


def _checked(zone: object) -> tzinfo | None:
    if zone is not None and not isinstance(zone, tzinfo):
        raise refuse("zone", "a tzinfo", zone)
    return zone


def _span(words: Sequence[str], whole: str) -> _Span:
    hours = [found for word in words if (found := _HOURS.fullmatch(word))]
    days = [word for word in words if not _HOURS.fullmatch(word)]
    if len(hours) != 1 or len(days) > 1:
        raise refuse("window: hours", _TAKES, whole)
    numbers = [int(part or 0) for part in hours[0].groups()]
    start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if max(numbers[1], numbers[3]) > 59 or start >= _WHOLE_DAY or end > _WHOLE_DAY or start == end:
        raise InputError(f"window: {hours[0][0]!r} are no hours between 00:00 and 24:00")
    return _Span(start, end, _days(days[0], whole) if days else frozenset(range(7)))


def _days(text: str, whole: str) -> frozenset[int]:
    """ "mon-fri", "sat,sun", "fri-mon"."""
    found: set[int] = set()
    for part in text.casefold().split(","):
        first, _, last = part.partition("-")
        if first not in _NUMBERS or (last or first) not in _NUMBERS:
            raise InputError(f"window: {whole!r}: {part!r} is no day; days are {', '.join(_DAYS)}, or mon-fri")
        start, end = _NUMBERS[first], _NUMBERS[last or first]
        found.update((start + i) % 7 for i in range((end - start) % 7 + 1))
    return frozenset(found)

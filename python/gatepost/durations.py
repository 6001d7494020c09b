"""Durations as people say them."""

from __future__ import annotations

import re
from datetime import timedelta

from .arguments import refuse
from .language import gettext as _
from .language import ngettext

_DAY = 86400
_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def read_duration(name: str, value: object) -> float:
    """The seconds of "30d", "12h", "90 min", "2w" or a timedelta. InputError for anything else."""
    if isinstance(value, timedelta) and value.total_seconds() > 0:
        return value.total_seconds()
    found = re.fullmatch(r"\s*(\d{1,6})\s*(\w+?)\s*", value) if isinstance(value, str) else None
    if found is None or found[2] not in _UNITS or not int(found[1]):
        raise refuse(name, 'a duration such as "30d", "12h" or "45min", or a timedelta', value)
    return float(int(found[1]) * _UNITS[found[2]])


def duration(seconds: float) -> str:
    """ "350 µs", "12 ms", "1.4 s", "3 min 20 s", "2 h 5 min", "4 days 3 h"."""
    if seconds < 1:
        if not seconds:
            return _("{count} s").format(count=0)
        micro = seconds < 1e-3
        return (_("{count} µs") if micro else _("{count} ms")).format(count=f"{seconds * (1e6 if micro else 1e3):.3g}")
    if seconds < 60:
        return _("{count} s").format(count=f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}")
    if seconds < 3600:
        return _two(_("{count} min"), seconds, 60, _("{count} s"), 1)
    if seconds < 2 * _DAY:
        return _two(_("{count} h"), seconds, 3600, _("{count} min"), 60)
    return _two(ngettext("{count} day", "{count} days", int(seconds // _DAY)), seconds, _DAY, _("{count} h"), 3600)


def _two(large: str, seconds: float, size: int, small: str, small_size: int) -> str:
    """So many of a unit, and of the next smaller one where there is a rest."""
    rest = int(seconds % size) // small_size
    return large.format(count=int(seconds // size)) + (f" {small.format(count=rest)}" if rest else "")

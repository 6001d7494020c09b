"""Durations as people say them."""

from __future__ import annotations

import re
from datetime import timedelta

from .arguments import refuse

_STEPS = (("min", 60, 3600, "s", 1), ("h", 3600, 48 * 3600, "min", 60), ("days", 86400, float("inf"), "h", 3600))

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
        return f"{seconds * 1e6:.3g} µs" if 0 < seconds < 1e-3 else f"{seconds * 1e3:.3g} ms" if seconds else "0 s"
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    unit, size, _, small, small_size = next(step for step in _STEPS if seconds < step[2])
    rest = int(seconds % size) // small_size
    return f"{int(seconds // size)} {unit}" + (f" {rest} {small}" if rest else "")

"""Time that only goes on, whatever is done to the time of day."""

from __future__ import annotations

import time

_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", None)  # counts sleep; only Linux has it


def ticks() -> float:
    """Seconds since the system started, or since another moment that stays the same until it starts again."""
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


class SteadyClock:
    """Unix seconds: the time of day when it was made, and what has passed since. A clock that is set back or forward
    later makes no difference."""

    def __init__(self) -> None:
        self._began = time.time() - ticks()

    def __call__(self) -> float:
        """Now."""
        return self._began + ticks()

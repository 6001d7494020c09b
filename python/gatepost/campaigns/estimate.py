"""How long a campaign takes at least, by the limits of its accounts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Windows = Sequence[tuple[int | Sequence[int], float]]
"""An account's limits as (most letters, seconds). Several numbers: of one window after the other; the last stays."""


def allowed_by(seconds: float, limits: Windows) -> float:
    """Letters that one account may have sent after this long: each window's burst first, then window by window."""
    return min((_in_windows(most, math.floor(seconds / window) + 1) for most, window in limits), default=math.inf)


def _in_windows(most: int | Sequence[int], windows: int) -> int:
    steps = [most] if isinstance(most, int) else most
    return sum(steps[:windows]) + steps[-1] * max(0, windows - len(steps))


def seconds_left(
    letters: int, accounts: Sequence[tuple[Sequence[tuple[int, float]], Sequence[Sequence[float]]]]
) -> float:
    """The least time in seconds for so many letters more, where some count already; inf without accounts.

    Each account has its limits, and for each of these in how many seconds the letters that count now come free.
    """
    if not accounts:
        return math.inf

    def enough(seconds: float) -> bool:
        allowed = (
            min((_allowed_more(seconds, limit, busy) for limit, busy in zip(*each, strict=True)), default=math.inf)
            for each in accounts
        )
        return sum(allowed) >= letters

    return _least(enough, [window for limits, _ in accounts for _, window in limits])


def _allowed_more(seconds: float, limit: tuple[int, float], busy: Sequence[float]) -> float:
    """Letters of one limit: those that are free now, the others as they come free; each again after a window."""
    most, window = limit
    free = max(0, most - len(busy)) * (math.floor(seconds / window) + 1)
    return free + sum(math.floor((seconds - at) / window) + 1 for at in busy[-most:] if at <= seconds)


def seconds_for(letters: int, accounts: Sequence[Windows]) -> float:
    """The least time in seconds for so many letters; 0 where no limit holds them back, inf without accounts."""
    if not accounts:
        return math.inf

    def enough(seconds: float) -> bool:
        return sum(allowed_by(seconds, limits) for limits in accounts) >= letters

    return _least(enough, [window for limits in accounts for _, window in limits])


def _least(enough: Callable[[float], bool], windows: Sequence[float]) -> float:
    """The least whole number of seconds that is enough."""
    if enough(0.0):
        return 0.0
    high = min(windows)
    while not enough(high):
        high *= 2
    low = 0.0
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(math.ceil(low))

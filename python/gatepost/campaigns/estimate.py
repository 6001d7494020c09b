"""How long a campaign takes at least, by the limits of its accounts."""

from __future__ import annotations

import math
from collections.abc import Sequence

Windows = Sequence[tuple[int | Sequence[int], float]]
"""An account's limits as (most letters, seconds). Several numbers: of one window after the other; the last stays."""


def allowed_by(seconds: float, limits: Windows) -> float:
    """Letters that one account may have sent after this long: each window's burst first, then window by window."""
    return min((_in_windows(most, math.floor(seconds / window) + 1) for most, window in limits), default=math.inf)


def _in_windows(most: int | Sequence[int], windows: int) -> int:
    steps = [most] if isinstance(most, int) else most
    return sum(steps[:windows]) + steps[-1] * max(0, windows - len(steps))


def seconds_for(letters: int, accounts: Sequence[Windows]) -> float:
    """The least time in seconds for so many letters; 0 where no limit holds them back, inf without accounts."""
    if not accounts:
        return math.inf

    def enough(seconds: float) -> bool:
        return sum(allowed_by(seconds, limits) for limits in accounts) >= letters

    if enough(0.0):
        return 0.0
    ends = sorted({window for limits in accounts for _, window in limits})
    high = ends[0]
    while not enough(high):
        high *= 2
    low = 0.0
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(math.ceil(low))

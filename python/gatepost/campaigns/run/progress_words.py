"""The figures of a run in words."""

from __future__ import annotations

from ...durations import duration
from .run_state import Tally

_ENOUGH = 0.05  # seconds of sending before a rate means anything


def per_second(tally: Tally) -> float:
    """Letters accepted a second, waits left out."""
    return tally.accepted / tally.sending if tally.sending > _ENOUGH else 0.0


def seconds_left(tally: Tally) -> float | None:
    """At the pace of all that has its end; None where nothing has yet."""
    left = max(0, tally.pending - tally.finished)
    if not tally.finished or tally.sending <= _ENOUGH:
        return None
    return left * tally.sending / tally.finished


def rate(tally: Tally) -> str:
    """ "1,200/s", "0.5/s"."""
    found = per_second(tally)
    return f"{found:,.0f}/s" if found >= 10 or not found else f"{found:.1f}/s"


def eta(tally: Tally) -> str:
    """ "3 min 20 s left"; "" where nobody knows yet."""
    left = seconds_left(tally)
    return "" if left is None or not left else f"{duration(left)} left"


def as_text(tally: Tally) -> str:
    """What became of letters, and what holds them back."""
    parts = [f"{tally.accepted:,} accepted", f"{tally.refused:,} refused"]
    if tally.retrying:
        parts.append(f"{tally.retrying:,} to retry")
    if tally.other:
        parts.append(f"{tally.other:,} left out")
    if tally.note:
        parts.append(tally.note)
    return ", ".join(parts)

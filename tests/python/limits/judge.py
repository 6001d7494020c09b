"""What the server saw: the judge of all limits."""

from __future__ import annotations

import gatepost as gp


def most_in_any(sink: gp.Sink, window: float) -> int:
    """The most letters that arrived in some `window` seconds, by the sink's clock."""
    at = sorted(letter.received.timestamp() for letter in sink.letters)
    return max((sum(first <= one < first + window for one in at[i:]) for i, first in enumerate(at)), default=0)


def letter(to: str = "olga@example.com") -> gp.Message:
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="x")

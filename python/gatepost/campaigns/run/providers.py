"""What is known of the servers that recipients' domains stand for, and which of them are let alone now."""

from __future__ import annotations

from typing import NamedTuple

from .brake import Brake
from .shaping import Shaper


class Hold(NamedTuple):
    """Recipients of a domain wait."""

    until: float  # Unix seconds
    why: str


class Providers:
    """Who refuses everybody (`brake`), and who wants letters more slowly (`shaper`)."""

    def __init__(self, brake: Brake, shaper: Shaper) -> None:
        self.brake, self.shaper = brake, shaper

    def hold(self, domain: str, now: float) -> Hold | None:
        """Why a recipient of this domain gets no letter now; None: it may go, and counts as one that goes."""
        if until := self.brake.held_until(domain, now):
            return Hold(until, "nearly all recipients of this domain were refused just now")
        if until := self.shaper.held_until(domain, now):
            return Hold(until, "the domain takes letters more slowly now")
        return None

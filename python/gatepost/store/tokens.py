"""Tokens of an account's limits that processes share, and the clocks by which their windows are measured."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ..clocks import ticks

Window: TypeAlias = "tuple[int, float]"
"""A limit: most letters, in so many seconds."""

LONGEST_WINDOW = 86400.0
"""Seconds after which a letter counts in no limit any more."""


class Moment(NamedTuple):
    """Now, by two clocks that know nothing of each other."""

    boot: str  # in which `ticks` count on: a machine, from one start to the next
    ticks: float  # seconds that only go on, whatever is done to the time of day; sleep counts
    wall: float  # Unix seconds: only for what lies between two boots


class TokenRequest(NamedTuple):
    """What one who sends has of an account's tokens, and what it would like."""

    account: str
    limits: tuple[Window, ...]
    holder: int = 0  # who it is, as the grant before said; 0: nobody yet
    wanted: int = 0
    reserved: int = 0  # granted and not used
    in_flight: int = 0  # letters that are not over
    ended: tuple[tuple[float, int], ...] = ()  # letters that are over: seconds ago, letters
    leaves: bool = False  # nobody waits here any more
    priority: int = 0  # against others that wait


class TokenGrant(NamedTuple):
    """The answer. `tokens` come on top of what is reserved; where `lapsed`, of that nothing is valid any more."""

    holder: int
    tokens: int = 0
    lapsed: bool = False
    used_up: Window | None = None  # the limit that stands against more
    wait: float = 0.0  # seconds until a token is free, as things stand
    at_least: float = 0.0  # none is free before, even if all that may come back does
    again: float = 0.0  # when to ask again


def now() -> Moment:
    """This moment."""
    return Moment(boot_id(), ticks(), time.time())


@cache
def boot_id() -> str:
    """Which start of which system this is; "" where it does not say."""
    boot = ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        boot += " " + os.readlink("/proc/self/ns/time")  # a container may count from another moment
    return boot

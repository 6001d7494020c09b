"""What an account may send."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace

from .. import _core
from ..arguments import instance, optional, refuse, texts, whole_number
from ..errors import InputError
from ..options import Options, check_fields, put

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0


def _letters(name: str, value: object) -> None:
    if value == 0:
        raise InputError(f"{name}: a limit of 0 letters would never send anything")
    whole_number(1)(name, value)


_DOUBLING = re.compile(r"\s*(\d{1,9})\s+doubling\s+to\s+(\d{1,9})\s*")
_MOST_STEPS = 1000


def _steps(name: str, value: object) -> tuple[int, ...]:
    """Letters of the first day, the second and so on."""
    found = value
    if isinstance(value, str) and (doubling := _DOUBLING.fullmatch(value)):
        first, most = int(doubling[1]), int(doubling[2])
        found = [min(most, first << n) for n in range((most // max(1, first)).bit_length() + 1)] if first else []
        found = list(dict.fromkeys(found))
    elif isinstance(value, str):
        found = (
            [int(part) for part in value.split(",")] if re.fullmatch(r"\s*\d{1,9}(\s*,\s*\d{1,9})*\s*", value) else None
        )
    takes = 'numbers of letters that do not fall, as [50, 100, 200], or "50 doubling to 10000"'
    if not isinstance(found, list | tuple) or not 1 <= len(found) <= _MOST_STEPS:
        raise refuse(name, takes, value)
    for one in found:
        _letters(name, one)
    if list(found) != sorted(found):
        raise refuse(name, takes, value)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Limits(Options):
    """How much an account may send, and over how many connections. None, the default of every field, means no limit.

    Limits on letters hold for any period of that length, not for hours of the clock or days of the calendar, and for
    the account (host, port and login), whoever sends through it in this process. While several who send name different
    limits for one account, the strictest holds for all of them. Processes count together where they share a store
    (`history=` of a mailer, the store of a campaign), each for its own limits.

    A letter beyond `recipients`, `message_bytes` or `forbidden_attachments` is refused before anything is said to the
    server. Raises InputError for a wrong type or value.

    Args:
        per_minute: Most letters in any 60 seconds.
        per_hour: Most letters in any 3,600 seconds.
        per_day: Most letters in any 86,400 seconds.
        warm_up: Most letters in any 86,400 seconds on the first day, the second and so on, for an account that servers
            do not know yet: [50, 100, 200, 500], or "50 doubling to 10000". The last number stays. Days are counted
            from the first letter of the account that the store knows in which its letters are counted.
        connections: Most connections at a time, from 1 to 100. None means 4.
        letters_per_connection: Letters after which a connection is replaced by a new one. None: as many as the server
            takes.
        recipients: Most recipients of a letter.
        message_bytes: Largest size of a letter in bytes, DKIM signatures included.
        forbidden_attachments: Extensions of file names that may not be attached, in lower case and without the dot:
            {"exe", "vbs"}.
    """

    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    warm_up: Sequence[int] | str | None = None
    connections: int | None = None
    letters_per_connection: int | None = None
    recipients: int | None = None
    message_bytes: int | None = None
    forbidden_attachments: Collection[str] | None = None

    def __post_init__(self) -> None:
        check_fields(
            self,
            "limits",
            {
                "per_minute": optional(_letters),
                "per_hour": optional(_letters),
                "per_day": optional(_letters),
                "warm_up": optional(_steps),
                "connections": optional(whole_number(1, 100)),
                "letters_per_connection": optional(whole_number(1)),
                "recipients": optional(whole_number(1)),
                "message_bytes": optional(whole_number(1, 2**63 - 1)),
                "forbidden_attachments": optional(texts),
            },
        )
        if self.warm_up is not None:
            put(self, "warm_up", _steps("limits.warm_up", self.warm_up))
        if self.forbidden_attachments is not None:
            put(self, "forbidden_attachments", frozenset(self.forbidden_attachments))

    @property
    def windows(self) -> tuple[tuple[int, float], ...]:
        """The limits of letters as (most letters, seconds), the shortest window first; those after a warm-up."""
        return self.windows_on(None)

    def windows_on(self, day: int | None) -> tuple[tuple[int, float], ...]:
        """The same on a day of the warm-up, counted from 0; None: after it."""
        optional(whole_number(0))("day", day)
        steps = _steps("limits.warm_up", self.warm_up) if self.warm_up else ()
        step = steps[-1 if day is None else min(day, len(steps) - 1)] if steps else None
        a_day = min((most for most in (self.per_day, step) if most is not None), default=None)
        given = ((self.per_minute, MINUTE), (self.per_hour, HOUR), (a_day, DAY))
        return tuple((most, window) for most, window in given if most is not None)

    def completed_by(self, others: Limits) -> Limits:
        """These limits, and those of `others` where these say nothing."""
        instance(Limits)("others", others)
        silent = (one.name for one in fields(self) if getattr(self, one.name) is None)
        return replace(self, **{name: getattr(others, name) for name in silent})

    def _fill(self, lane: _core.LaneOptions) -> None:
        """Sets the engine's options; recipients and attachments are looked at before a letter gets there."""
        lane.max_bytes = self.message_bytes
        if self.connections is not None:
            lane.max_connections = self.connections
        if self.letters_per_connection is not None:
            lane.letters_per_connection = self.letters_per_connection

"""What an account may send."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

from .. import _core
from ..arguments import instance, optional, texts, whole_number
from ..errors import InputError
from ..options import Options, check_fields, put

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0


def _letters(name: str, value: object) -> None:
    if value == 0:
        raise InputError(f"{name}: a limit of 0 letters would never send anything")
    whole_number(1)(name, value)


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
                "connections": optional(whole_number(1, 100)),
                "letters_per_connection": optional(whole_number(1)),
                "recipients": optional(whole_number(1)),
                "message_bytes": optional(whole_number(1, 2**63 - 1)),
                "forbidden_attachments": optional(texts),
            },
        )
        if self.forbidden_attachments is not None:
            put(self, "forbidden_attachments", frozenset(self.forbidden_attachments))

    @property
    def windows(self) -> tuple[tuple[int, float], ...]:
        """The limits of letters as (most letters, seconds), the shortest window first."""
        given = ((self.per_minute, MINUTE), (self.per_hour, HOUR), (self.per_day, DAY))
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

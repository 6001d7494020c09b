"""A ticket says which try of which recipient through which account it stands for, so that a journal alone can be read.

63 bits: lease of the run (17) | account (6) | tries before (8) | row (32). No ticket is used twice in a run.
"""

from __future__ import annotations

from typing import NamedTuple

MAX_ACCOUNTS = 1 << 6


class Ticket(NamedTuple):
    """What a ticket holds."""

    lease: int
    account: int
    attempts: int
    row: int


def pack(lease: int, account: int, attempts: int, row: int) -> int:
    """The number for the engine; `lease` and `attempts` wrap around far beyond the tickets alive at once."""
    return (lease & 0x1FFFF) << 46 | account << 40 | (attempts & 0xFF) << 32 | row


def unpack(ticket: int) -> Ticket:
    """The parts of a ticket."""
    return Ticket(ticket >> 46, ticket >> 40 & 0x3F, ticket >> 32 & 0xFF, ticket & 0xFFFFFFFF)

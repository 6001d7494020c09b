"""How long an account waits for what."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .. import _core
from ..arguments import seconds
from ..options import Options, check_fields, copy_fields


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Timeouts(Options):
    """How many seconds each phase of a connection may take (RFC 5321 §4.5.3.2).

    Raises InputError for anything but a number of seconds above 0.

    Args:
        dns: Look-up of the host's addresses. Default: 10.
        connect: Connection to one address, and likewise what a proxy needs. Default: 10.
        tls: TLS handshake. Default: 30.
        greeting: The server's greeting. Default: 60.
        command: Reply to a command. Default: 120.
        data_block: Each block of a letter's data. Default: 180.
        final_reply: Reply to the end of a letter. Default: 600. When it does not come in time, the letter may have been
            delivered.
    """

    dns: float = 10.0
    connect: float = 10.0
    tls: float = 30.0
    greeting: float = 60.0
    command: float = 120.0
    data_block: float = 180.0
    final_reply: float = 600.0

    def __post_init__(self) -> None:
        check_fields(self, "timeouts", {phase.name: seconds for phase in fields(self)})

    def _fill(self, connect: _core.ConnectOptions) -> None:
        copy_fields(self, connect.deadlines)

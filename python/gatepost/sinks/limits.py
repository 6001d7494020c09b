"""The bounds that a sink sets its clients, and how long it waits for them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from .. import _core
from ..arguments import Check, optional, seconds_from, whole_number
from ..options import Options, check_fields

_MOST = 2**63 - 1
_A_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SinkLimits(Options):
    """Bounds that a sink sets its clients. None means no limit. Raises InputError for a wrong type or value.

    Args:
        message_bytes: Largest size of a letter in bytes, announced with SIZE. Default: 30 MiB.
        recipients: Most recipients of a letter; further ones get 452. Default: 1,000.
        recipient_domains: Most domains among the recipients of a letter. Default: None.
        letters: Most letters in a session, which then ends with 421. Default: None.
        commands: Most commands in a session, which then ends with 421. Default: 100,000.
        idle_commands: Most commands in a row that do not further a letter (NOOP, RSET, VRFY ...). Default: 100.
        errors: Most errors in a session, which then ends with 421. Default: 50.
        auth_failures: Most failed logins in a session, which then ends with 421. Default: 5.
        line_bytes: Longest command line in bytes, at least 512; longer ones get 500. Default: 2,048.
        sessions: Most sessions at a time; further ones get 421. Default: 1,000.
        sessions_per_address: Most sessions at a time from one address, or for one that a PROXY header names. Default:
            None.
        min_letter_rate: Least bytes a second while a letter comes in; a slower session ends with 421. Default: None.
        inbox_bytes: Size of the inbox in bytes; the oldest letters make room for new ones. Default: 1 GiB.
        transcript_bytes: Bytes of a session's transcript to keep; 0 keeps none. Default: 32 KiB.
        warnings: Warnings about a session to keep. Default: 50.
    """

    message_bytes: int = 30 << 20
    recipients: int = 1000
    recipient_domains: int | None = None
    letters: int | None = None
    commands: int | None = 100_000
    idle_commands: int = 100
    errors: int = 50
    auth_failures: int = 5
    line_bytes: int = 2048
    sessions: int = 1000
    sessions_per_address: int | None = None
    min_letter_rate: int | None = None
    inbox_bytes: int = 1 << 30
    transcript_bytes: int = 32 << 10
    warnings: int = 50

    def __post_init__(self) -> None:
        least = {"line_bytes": 512, "inbox_bytes": 0, "transcript_bytes": 0, "warnings": 0}  # RFC 5321 §4.5.3.1.4
        checks: dict[str, Check] = {one.name: whole_number(least.get(one.name, 1), _MOST) for one in fields(self)}
        for name in ("recipient_domains", "letters", "commands", "sessions_per_address", "min_letter_rate"):
            checks[name] = optional(checks[name])
        check_fields(self, "limits", checks)

    def _fill(self, sink: _core.SinkOptions) -> None:
        sink.max_inbox_bytes = self.inbox_bytes
        sink.listen.max_sessions = self.sessions
        sink.listen.max_sessions_per_address = self.sessions_per_address or 0
        sink.listen.min_letter_rate = self.min_letter_rate or 0
        session = sink.listen.session.limits
        session.message_bytes = self.message_bytes
        session.recipients = self.recipients
        session.recipient_domains = self.recipient_domains or 0
        session.letters = self.letters or 0
        session.commands = self.commands or 0
        session.idle_commands = self.idle_commands
        session.errors = self.errors
        session.auth_failures = self.auth_failures
        session.line_bytes = self.line_bytes
        session.transcript_bytes = self.transcript_bytes
        session.warnings = self.warnings


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SinkTimeouts(Options):
    """How many seconds a sink waits for its clients, from 0.001 to 86,400; a session that takes longer ends with 421.

    Raises InputError for anything else.

    Args:
        command: Next command line, until its end. Default: 300.
        letter: A whole letter. Default: 600.
        write: Taking a reply. Default: 60.
    """

    command: float = 300.0
    letter: float = 600.0
    write: float = 60.0

    def __post_init__(self) -> None:
        check_fields(self, "timeouts", {one.name: seconds_from(0.001, _A_DAY) for one in fields(self)})

    def _fill(self, sink: _core.SinkOptions) -> None:
        sink.listen.command_deadline = self.command
        sink.listen.letter_deadline = self.letter
        sink.listen.write_deadline = self.write

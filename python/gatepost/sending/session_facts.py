"""What a connection's handshake found out about the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from .. import _core


@dataclass(frozen=True, slots=True, repr=False)
class TlsFacts:
    """How a connection is encrypted. `verified`: the server's certificate was checked and found good; `resumed`: an
    earlier session went on, so the certificate is that one's.
    """

    version: str  # "TLSv1.3"
    cipher: str
    resumed: bool
    verified: bool
    peer_subject: str  # "CN=mx.example.com"; empty where the server showed no certificate
    peer_issuer: str
    peer_not_after: datetime | None  # the certificate's last moment, UTC

    @classmethod
    def from_core(cls, raw: _core.TlsFacts) -> TlsFacts:
        """The same as Python values."""
        end = datetime.fromisoformat(raw.peer_not_after) if raw.peer_not_after else None
        return cls(raw.version, raw.cipher, raw.resumed, raw.verified, raw.peer_subject, raw.peer_issuer, end)

    def __repr__(self) -> str:
        state = ["verified" if self.verified else "not verified", *(["resumed"] if self.resumed else [])]
        return f"<{self.version} {self.cipher}, {', '.join(state)}, {self.peer_subject or 'no certificate'}>"


class AnnouncedLimits(NamedTuple):
    """What the server asks its clients to keep to (RFC 9422); None: no such limit announced."""

    mail_max: int | None  # letters in one session
    rcpt_max: int | None  # recipients of one letter
    rcpt_domain_max: int | None  # domains among them


@dataclass(frozen=True, slots=True, repr=False)
class SessionFacts:
    """What the handshake of a connection found out. Times are seconds by dns, connect, tls, greeting, ehlo, auth."""

    greeting: str
    server: str  # address and port connected to
    extensions: tuple[str, ...]  # as announced, with their parameters
    max_message_bytes: int | None  # SIZE; 0: announced without a limit
    limits: AnnouncedLimits
    auth_mechanism: str  # the one that worked, or ""
    tls: TlsFacts | None
    timings: dict[str, float]

    def __repr__(self) -> str:
        auth = f", logged in by {self.auth_mechanism}" if self.auth_mechanism else ""
        seconds = sum(self.timings.values())
        return f"<SessionFacts {self.server}, {self.tls or 'not encrypted'}{auth}, {seconds:.3f} s>"


@lru_cache(maxsize=64)
def session_from(raw: _core.SessionFacts) -> SessionFacts:
    """The same as Python values; once for all letters of a connection."""
    return SessionFacts(
        raw.greeting,
        raw.server,
        tuple(raw.extensions),
        raw.max_message_bytes,
        AnnouncedLimits(*raw.limits),
        raw.auth_mechanism,
        TlsFacts.from_core(raw.tls) if raw.tls is not None else None,
        raw.timings,
    )

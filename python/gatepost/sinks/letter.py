"""A letter that a sink received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from .. import _core
from .session import Session

if TYPE_CHECKING:
    from ..dkim import DkimResult
    from ..dns import Resolver
    from ..message import ParsedMessage


@dataclass(frozen=True, slots=True)
class Envelope:
    """MAIL FROM and RCPT TO, which need not be what the headers say. Addresses are in their wire form."""

    from_: str
    to: list[str]
    mail_params: list[str]
    """Parameters of MAIL FROM as sent: "SIZE=100", "BODY=8BITMIME"."""
    rcpt_params: list[list[str]]
    """Parameters of each RCPT TO as sent: "NOTIFY=NEVER"."""
    smtp_utf8: bool
    bare_newlines: bool
    """The letter holds a CR or LF that stands alone; only a sink that is lenient there takes it."""
    nul_octets: bool
    """The letter holds a NUL; without BODY=BINARYMIME only a sink that is lenient there takes it."""


class Letter:
    """A letter as it came: `raw` bytes untouched (dots unstuffed), its envelope, and the session that brought it.

    `received` is a time on the sink's clock. `discarded` says why the sink threw it away, or is "".
    """

    def __init__(self, stored: _core.StoredLetter, dns: Resolver | None = None) -> None:
        self._stored = stored
        self._dns = dns

    @property
    def id(self) -> int:
        """1, 2, ... in order of arrival at this sink."""
        return self._stored.id

    @cached_property
    def raw(self) -> bytes:
        """Exactly what was sent between DATA and the final dot."""
        return self._stored.raw

    @cached_property
    def envelope(self) -> Envelope:
        """Sender and recipients as the session named them."""
        stored = self._stored
        return Envelope(
            stored.mail_from,
            stored.rcpt_to,
            stored.mail_params,
            stored.rcpt_params,
            stored.smtp_utf8,
            stored.bare_newlines,
            stored.nul_octets,
        )

    @cached_property
    def message(self) -> ParsedMessage:
        """The letter parsed: subject, text, html, attachments, warnings."""
        from ..message import ParsedMessage

        return ParsedMessage(self.raw)

    @cached_property
    def dkim(self) -> list[DkimResult]:
        """What became of each DKIM signature, with keys from the sink's `dns`; the true DNS is not asked."""
        return self.verify_dkim(self._dns or {})

    def verify_dkim(self, resolver: Resolver | Mapping[Any, Any] | None = None) -> list[DkimResult]:
        """What became of each DKIM signature when the letter came; `resolver` as for `gatepost.dkim.verify`."""
        from ..dkim import verify

        return verify(self.raw, resolver, now=self._stored.received)

    @cached_property
    def subject(self) -> str:
        """The decoded subject; "" where there is none."""
        return self._stored.subject

    @cached_property
    def session(self) -> Session:
        """Who brought it; the transcript holds the handshake and this letter."""
        stored = self._stored
        return Session(
            stored.session_id,
            stored.client,
            stored.helo,
            stored.user,
            stored.mechanism,
            stored.tls,
            stored.transcript,
        )

    @property
    def received(self) -> datetime:
        """When it arrived, by the sink's clock."""
        return datetime.fromtimestamp(self._stored.received, UTC)

    @property
    def discarded(self) -> str:
        """Why nothing of it was kept: "test@test.ru", "missing Message-Id"; "" for a letter in the inbox."""
        return self._stored.discarded

    @property
    def rules(self) -> list[str]:
        """Rules of the sink that had a say on its way, as "rcpt: rule 3", the last one behind the others."""
        return self._stored.rules

    @property
    def bounce_of(self) -> int:
        """The id of the letter of which this is the sink's own delivery status notification; 0: it came by SMTP."""
        return self._stored.bounce_of

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON: the envelope, the subject, the size and who brought it; not the letter itself."""
        session = self.session
        return {
            "id": self.id,
            "received": self.received.isoformat(),
            "from": self.envelope.from_,
            "to": self.envelope.to,
            "subject": self.subject,
            "bytes": len(self.raw),
            "discarded": self.discarded,
            "rules": self.rules,
            "bounce_of": self.bounce_of,
            "session": {
                "id": session.id,
                "client": list(session.client),
                "helo": session.helo,
                "user": session.user,
                "mechanism": session.mechanism,
                "tls": None if session.tls is None else list(session.tls),
            },
        }

    def __repr__(self) -> str:
        why = f", discarded: {self.discarded}" if self.discarded else ""
        return f"<Letter {self.id}: {self.envelope.from_} -> {', '.join(self.envelope.to)}, {self.subject!r}{why}>"

    def _repr_html_(self) -> str:
        message = self.message
        rows = {
            "From": self.envelope.from_,
            "To": ", ".join(self.envelope.to),
            "Subject": self.subject,
            "Received": f"{self.received:%Y-%m-%d %H:%M:%S} UTC, {len(self.raw)} bytes",
            "Client": f"{self.session.client[0]} ({self.session.helo})",
        }
        if self.discarded:
            rows["Discarded"] = self.discarded
        if message.attachments:
            rows["Attachments"] = ", ".join(part.name for part in message.attachments)
        table = "".join(f"<tr><th>{name}</th><td>{escape(value)}</td></tr>" for name, value in rows.items())
        if message.html is not None:
            # The letter is somebody else's page: it may neither run scripts nor reach out of its frame.
            body = f'<iframe sandbox srcdoc="{escape(message.html)}" style="width:100%;height:20em"></iframe>'
        else:
            body = f"<pre>{escape(message.text or '')}</pre>"
        return f"<table>{table}</table>{body}"

"""What every letter can be asked, made or received."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from functools import cached_property
from os import PathLike
from pathlib import Path

from .. import _core, arguments
from ..errors import InputError
from . import preview
from .addresses import Address
from .attachment import Attachment
from .headers import Headers
from .inline_images import missing_pictures
from .message_id import ids_in

_MAX_LOCAL_PART = 64


class BaseMessage:
    """The properties of a letter and its bytes; Message and ParsedMessage fill them in."""

    _raw: bytes | _core.LetterBytes
    _from: Address
    _sender: Address | None
    _to: list[Address]
    _cc: list[Address]
    _bcc: list[Address]
    _reply_to: list[Address]
    _subject: str
    _text: str | None
    _html: str | None
    _inline: dict[str, Attachment]
    _attachments: list[Attachment]
    _message_id: str
    _date: float | None

    def __bytes__(self) -> bytes:
        return bytes(self._raw)

    def __eq__(self, other: object) -> bool:
        return bytes(self) == bytes(other) if isinstance(other, BaseMessage) else NotImplemented

    def __hash__(self) -> int:
        return hash(bytes(self))

    @cached_property
    def _core_letter(self) -> _core.ParsedLetter:
        return _core.parse(self._raw)

    # --- what it says --------------------------------------------------------------------------------------------

    @property
    def from_(self) -> Address:
        """The From address; a str with `.name` and `.address`."""
        return self._from

    @property
    def sender(self) -> Address | None:
        """The Sender address, where it differs from From."""
        return self._sender

    @property
    def to(self) -> list[Address]:
        """The To addresses."""
        return list(self._to)

    @property
    def cc(self) -> list[Address]:
        """The Cc addresses."""
        return list(self._cc)

    @property
    def bcc(self) -> list[Address]:
        """The addresses of blind copies; no header on the wire shows them."""
        return list(self._bcc)

    @property
    def reply_to(self) -> list[Address]:
        """The Reply-To addresses."""
        return list(self._reply_to)

    @property
    def subject(self) -> str:
        """The subject as text."""
        return self._subject

    @property
    def text(self) -> str | None:
        """The plain body, or None."""
        return self._text

    @property
    def html(self) -> str | None:
        """The HTML body, or None."""
        return self._html

    @property
    def inline(self) -> dict[str, Attachment]:
        """Inline pictures by the name that the html calls them: Content-ID to Attachment."""
        return dict(self._inline)

    @property
    def attachments(self) -> list[Attachment]:
        """The attached files, with `.name`, `.type` and `.data`."""
        return list(self._attachments)

    @property
    def message_id(self) -> str:
        """The Message-ID without its angle brackets."""
        return self._message_id

    @property
    def in_reply_to(self) -> list[str]:
        """The Message-IDs of what this letter answers, without angle brackets."""
        return ids_in(self.headers.get("In-Reply-To", ""))

    @property
    def references(self) -> list[str]:
        """The Message-IDs of the thread before it, the oldest first."""
        return ids_in(self.headers.get("References", ""))

    @property
    def date(self) -> datetime | None:
        """When the letter was written, in UTC; None where a received letter does not say."""
        return None if self._date is None else datetime.fromtimestamp(self._date, UTC)

    @property
    def headers(self) -> Headers:
        """All headers, decoded."""
        return Headers(self._core_letter.headers)

    @property
    def parts(self) -> list[_core.ParsedPart]:
        """The leaves of the MIME tree in document order, decoded."""
        return self._core_letter.parts

    @property
    def warnings(self) -> list[str]:
        """What is odd about the letter's form; [] for a letter of ours, unless `headers` or the html brought it in."""
        return [
            *self._core_letter.warnings,
            *missing_pictures(self.html, {part.content_id for part in self.parts}),
            *self._long_local_parts(),
        ]

    def _long_local_parts(self) -> list[str]:
        """RFC 5321 §4.5.3.1.1; servers differ in what they take."""
        fields = {
            "from": [self.from_], "sender": [self.sender] if self.sender else [], "to": self.to, "cc": self.cc,
            "bcc": self.bcc, "reply_to": self.reply_to,
        }  # fmt: skip
        sizes = (
            (name, one, len(one.address.rpartition("@")[0].encode())) for name, all in fields.items() for one in all
        )
        return [
            f"{name}: the local part of {one.address!r} has {size} octets; servers need to take no more than 64"
            for name, one, size in sizes
            if size > _MAX_LOCAL_PART
        ]

    @property
    def campaign_id(self) -> str:
        """X-Campaign-Id, or ""."""
        return self.headers.get("X-Campaign-Id", "")

    @property
    def letter_id(self) -> str:
        """X-Letter-Id, or ""."""
        return self.headers.get("X-Letter-Id", "")

    @property
    def list_unsubscribe(self) -> str:
        """The first URL of List-Unsubscribe, or ""."""
        value = self.headers.get("List-Unsubscribe", "")
        return value.partition("<")[2].partition(">")[0] or value

    # --- the envelope --------------------------------------------------------------------------------------------

    @property
    def envelope_from(self) -> str:
        """For MAIL FROM: the wire address of the sender, or else of From; "" where a received letter has none."""
        return (self.sender or self.from_).address

    @property
    def recipients(self) -> list[str]:
        """For RCPT TO: the wire addresses of to, cc and bcc, each once, in order."""
        return list(dict.fromkeys(one.address for one in (*self.to, *self.cc, *self.bcc)))

    def _for_wire(self) -> bytes | _core.LetterBytes:
        """What the engine takes."""
        return self._raw

    # --- showing it ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        to = self.recipients
        more = f" and {len(to) - 2} more" if len(to) > 2 else ""
        files = f", {len(self.attachments)} attached" if self.attachments else ""
        shown = ", ".join(to[:2]) or "nobody"
        name = type(self).__name__
        return f"<{name} {self.subject!r} from {self.from_} to {shown}{more}, {len(bytes(self))} bytes{files}>"

    def _repr_html_(self) -> str:
        rows = {
            "From": self.from_,
            "To": ", ".join(self.to),
            "Cc": ", ".join(self.cc),
            "Bcc": ", ".join(self.bcc),
            "Subject": self.subject,
            "Date": f"{self.date:%Y-%m-%d %H:%M:%S} UTC" if self.date else "",
            "Attachments": ", ".join(f"{one.name} ({one.size} bytes)" for one in self.attachments),
            "Warnings": "; ".join(self.warnings),
        }
        body = preview.text(self.text or "") if self.html is None else preview.frame(self.html, self.inline)
        return preview.table(rows) + body

    # --- where it goes -------------------------------------------------------------------------------------------

    def to_email(self) -> EmailMessage:
        """As the standard library's EmailMessage (policy.default); InputError where it is nested too deep for that."""
        try:
            return email.message_from_bytes(bytes(self), policy=policy.default)
        except RecursionError:
            raise InputError("message: its parts are nested deeper than the standard library can read") from None

    def save(self, path: str | PathLike[str]) -> Path:
        """Writes an .eml file with the bytes that go on the wire and returns its path."""
        file = arguments.path("path", path)
        file.write_bytes(bytes(self))
        return file

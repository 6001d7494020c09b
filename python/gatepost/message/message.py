"""A letter made from its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

from .. import _core
from . import checks, preview
from .addresses import Address, AddressSource, pairs, read_list, read_one
from .attachment import Attachment, AttachmentSource, read_attachments, read_inline
from .fields import HeaderSource, header_pairs, plain_id, seconds
from .headers import Headers

if TYPE_CHECKING:
    from .parsed import ParsedMessage


class Message:
    """A letter. Checked and composed when it is made; it does not change afterwards.

    Addresses are texts ("Иван <ivan@пример.рф>") or (name, address); `to`, `cc`, `bcc` and `reply_to` take one or a
    list. `inline` maps the names that the html calls `cid:` to a path, bytes or Attachment; `attachments` holds paths,
    Attachments or (name, bytes). `headers` adds further headers. `campaign_id` and `letter_id` become X-Campaign-Id and
    X-Letter-Id (Latin letters, digits, "_" and "-"). `list_unsubscribe` is a URL; an https one is announced as one
    click (RFC 8058). `message_id` and `date` (datetime, or Unix seconds) are made where they are not given. `bcc`
    belongs to the envelope alone and stands in no header.

    `bytes(message)` is exactly what goes on the wire before dot-stuffing, the same each time. InputError names the
    field that is wrong: controls such as line feeds are refused in every name, value and address.
    """

    def __init__(
        self,
        *,
        from_: AddressSource,
        to: AddressSource | Iterable[AddressSource] | None = None,
        cc: AddressSource | Iterable[AddressSource] | None = None,
        bcc: AddressSource | Iterable[AddressSource] | None = None,
        reply_to: AddressSource | Iterable[AddressSource] | None = None,
        subject: str | None = "",
        text: str | None = None,
        html: str | None = None,
        inline: Mapping[str, str | PathLike[str] | bytes | Attachment] | None = None,
        attachments: AttachmentSource | Iterable[AttachmentSource] | None = None,
        headers: HeaderSource | None = None,
        campaign_id: str | None = None,
        letter_id: str | None = None,
        list_unsubscribe: str | None = None,
        message_id: str | None = None,
        date: datetime | float | None = None,
        sender: AddressSource | None = None,
    ) -> None:
        self._from = read_one("from_", from_)
        self._sender = None if sender is None else read_one("sender", sender)
        self._to = read_list("to", to)
        self._cc = read_list("cc", cc)
        self._bcc = read_list("bcc", bcc)
        self._reply_to = read_list("reply_to", reply_to)
        self._subject = checks.text("subject", subject or "")
        self._text = None if text is None else checks.text("text", text)
        self._html = None if html is None else checks.text("html", html)
        self._inline = read_inline(inline)
        self._attachments = read_attachments(attachments)
        self._message_id = plain_id(message_id) or _core.make_message_id(self._from.address)
        self._date: float | None = seconds(date)
        self._raw = self._compose(
            headers=header_pairs(headers),
            campaign_id=checks.text("campaign_id", campaign_id or ""),
            letter_id=checks.text("letter_id", letter_id or ""),
            list_unsubscribe=checks.text("list_unsubscribe", list_unsubscribe or ""),
        )

    def _compose(
        self, *, headers: list[tuple[str, str]], campaign_id: str, letter_id: str, list_unsubscribe: str
    ) -> bytes:
        inline_parts = []
        for cid, one in self._inline.items():
            with checks.named(f"inline[{cid!r}]"):
                inline_parts.append(one.part(cid))
        attached = []
        for i, one in enumerate(self._attachments):
            with checks.named(f"attachments[{i}]"):
                attached.append(one.part())
        content = _core.LetterContent(
            from_=(self._from.name, self._from.address),
            sender=(self._sender.name, self._sender.address) if self._sender else None,
            to=pairs(self._to),
            cc=pairs(self._cc),
            reply_to=pairs(self._reply_to),
            subject=self._subject,
            text=self._text,
            html=self._html,
            inline_parts=inline_parts,
            attachments=attached,
            headers=headers,
            message_id=self._message_id,
            date=self._date,
            campaign_id=campaign_id,
            letter_id=letter_id,
            list_unsubscribe=list_unsubscribe,
        )
        return _core.compose(content)

    @staticmethod
    def parse(raw: bytes) -> ParsedMessage:
        """Reads a letter from any bytes; never fails, `warnings` says what was odd."""
        from .parsed import ParsedMessage

        return ParsedMessage(raw)

    @staticmethod
    def from_email(message: StdlibMessage) -> ParsedMessage:
        """From the standard library's EmailMessage: its structure and headers stay, Bcc moves to the envelope, and a
        Message-ID and Date are added where they are missing. InputError where there is no usable From."""
        from .stdlib import from_email

        return from_email(message)

    def to_email(self) -> EmailMessage:
        """As the standard library's EmailMessage (policy.default)."""
        from .stdlib import to_email

        return to_email(bytes(self))

    def __bytes__(self) -> bytes:
        return self._raw

    def __eq__(self, other: object) -> bool:
        return bytes(self) == bytes(other) if isinstance(other, Message) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._raw)

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
        """The addresses of blind copies; no header shows them."""
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
        """What is odd about the letter's form; [] for a letter of ours."""
        return self._core_letter.warnings

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
            "Attachments": ", ".join(f"{one.name} ({len(one.data)} bytes)" for one in self.attachments),
            "Warnings": "; ".join(self.warnings),
        }
        body = preview.text(self.text or "") if self.html is None else preview.frame(self.html, self.inline)
        return preview.table(rows) + body

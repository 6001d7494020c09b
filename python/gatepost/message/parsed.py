"""A letter read from bytes."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from .. import _core
from ..errors import InputError
from .addresses import Address, AddressSource, read_list
from .attachment import Attachment
from .message import Message

_BODY_TYPES = ("text/plain", "text/html")


class ParsedMessage(Message):
    """A letter as it was received: the properties of a Message, read from its bytes, which stay as they are.

    Addresses that make no sense stand as they were written; `warnings` names them. `bcc` adds blind copies to the
    envelope, for sending it on.
    """

    def __init__(self, raw: bytes, *, bcc: AddressSource | list[AddressSource] | None = None) -> None:
        if not isinstance(raw, bytes | bytearray | memoryview):
            raise InputError(f"raw: bytes are expected, not {type(raw).__name__}")
        self._raw = bytes(raw)
        letter = _core.parse(self._raw)
        self.__dict__["_core_letter"] = letter
        self._from = next(iter(_addresses(letter.from_)), Address("", ""))
        self._to = _addresses(letter.to)
        self._cc = _addresses(letter.cc)
        self._bcc = read_list("bcc", bcc)
        self._reply_to = _addresses(letter.reply_to)
        self._subject = letter.subject
        self._text = letter.text
        self._html = letter.html
        self._message_id = letter.message_id
        self._sender = _sender(self.headers.get("Sender", ""))
        self._date = _date(self.headers.get("Date", ""))
        self._inline = {}
        self._attachments = []
        for part in letter.parts:
            self._sort(part)

    def _sort(self, part: _core.ParsedPart) -> None:
        is_attachment = part.disposition == "attachment"
        if part.content_id and not is_attachment and part.type not in _BODY_TYPES:
            self._inline[part.content_id] = _file(part)
        elif is_attachment or part.file_name or part.type not in _BODY_TYPES:
            self._attachments.append(_file(part))


def _file(part: _core.ParsedPart) -> Attachment:
    return Attachment(part.content, name=part.file_name, type=part.type)


def _addresses(mailboxes: list[_core.Mailbox]) -> list[Address]:
    return [Address(name, address) for name, address in mailboxes]


def _sender(value: str) -> Address | None:
    if not value:
        return None
    try:
        return Address(*_core.parse_mailbox(value))
    except _core.InputError:
        return None


def _date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except (ValueError, OverflowError):
        return None

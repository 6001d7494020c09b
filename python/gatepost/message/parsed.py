"""A letter read from bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from .. import _core, arguments
from .addresses import Address, AddressListSource, read_list
from .attachment import Attachment
from .base import BaseMessage
from .blind_copies import without_blind_copies
from .headers import Headers

_BODY_TYPES = ("text/plain", "text/html")
_FORMS = (*_BODY_TYPES, "text/calendar", "text/x-amp-html", "text/enriched")  # of the text, in a multipart/alternative
_ICS = ("text/calendar", "application/ics")


@dataclass(frozen=True)
class PartTree:
    """A node of a letter's MIME tree: a multipart with its `children`, or a leaf with its `part`."""

    type: str
    part: _core.ParsedPart | None = None
    children: list[PartTree] = field(default_factory=list)

    def walk(self) -> Iterator[PartTree]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __str__(self) -> str:
        """One line a node, deeper ones further in."""
        below = [f"  {line}" for child in self.children for line in str(child).splitlines()]
        return "\n".join([self.type, *below])


class ParsedMessage(BaseMessage):
    """A letter as it was received: the properties of a Message, read from its bytes, which stay as they are.

    Each part that holds something is in one of `text`, `html`, `inline` and `attachments`, whether it says that it is
    an attachment or not: a second text of a multipart/mixed is attached, without a name. Left out are further forms of
    the text in a multipart/alternative, such as AMP; an invitation there is attached unless it also comes as a file.

    Addresses that make no sense, or might mean two things, stand as they were written; `warnings` names them, and
    sending the letter raises InputError unless `to=` says to whom. `bcc` has those of its Bcc header,
    and what is given as `bcc=`. A Mailer sends to them and leaves out the headers Bcc and Resent-Bcc, as smtplib's
    send_message does; `bytes(message)` still has them. Those that Resent-To and the like name get nothing: `to=` of
    `send` is for them. For one of `Message.from_email` a block of Resent- headers says who it is from and for.
    """

    def __init__(self, raw: bytes, *, bcc: AddressListSource | None = None) -> None:
        self._raw = arguments.octets("raw", raw)
        self.__dict__["_core_letter"] = _core.parse(self._raw)
        self._more_bcc = read_list("bcc", bcc)
        self._more_warnings: list[str] = []
        self._envelope: tuple[str, list[str]] | None = None

    if not TYPE_CHECKING:
        # The fields of a Message, each read when it is first asked for.
        @cached_property
        def _from(self):
            return next(iter(_addresses(self._core_letter.from_)), Address("", ""))

        @cached_property
        def _to(self):
            return _addresses(self._core_letter.to)

        @cached_property
        def _cc(self):
            return _addresses(self._core_letter.cc)

        @cached_property
        def _bcc(self):
            return _addresses(self._core_letter.bcc) + self._more_bcc

        @cached_property
        def _reply_to(self):
            return _addresses(self._core_letter.reply_to)

        @cached_property
        def _subject(self):
            return self._core_letter.subject

        @cached_property
        def _text(self):
            return self._core_letter.text

        @cached_property
        def _html(self):
            return self._core_letter.html

        @cached_property
        def _message_id(self):
            return self._core_letter.message_id

        @cached_property
        def _sender(self):
            return _sender(_addresses(self._core_letter.sender))

        @cached_property
        def _date(self):
            return _date(self.headers.get("Date", ""))

        @cached_property
        def _inline(self):
            return {part.content_id: _file(part) for part in self.parts if _is_inline(part)}

        @cached_property
        def _attachments(self):
            return [_file(part) for part in _attached(self._core_letter)]

    def _for_wire(self) -> bytes:
        return without_blind_copies(bytes(self._raw))

    @property
    def warnings(self) -> list[str]:
        """What is odd about the letter's form, and about the place in a mailbox that it came from."""
        return self._more_warnings + super().warnings

    @property
    def envelope_from(self) -> str:
        """For MAIL FROM: the wire address of the sender, or else of From; "" where a received letter has none."""
        return self._envelope[0] if self._envelope else super().envelope_from

    @property
    def recipients(self) -> list[str]:
        """For RCPT TO: the wire addresses of to, cc and bcc, each once, in order."""
        return list(self._envelope[1]) if self._envelope else super().recipients

    def _with_envelope(self, sender: str, recipients: list[str], warnings: list[str]) -> Self:
        """The letter for others than its headers name: one that was sent on."""
        self._envelope = sender, recipients
        return self._with_warnings(warnings)

    def _with_warnings(self, more: list[str]) -> Self:
        self._more_warnings = more
        return self

    @cached_property
    def headers(self) -> Headers:
        """All headers, decoded."""
        return Headers(self._core_letter.headers)

    @property
    def tree(self) -> PartTree | None:
        """The MIME tree: which part is inside which; None for a letter without a body.

        A forwarded letter (message/rfc822) is a leaf; `gatepost.Message.parse(leaf.part.content)` reads it.
        """
        parts = self.parts
        nodes: list[PartTree] = []
        for kind, parent, part in self._core_letter.nodes:
            nodes.append(PartTree(kind, parts[part] if part >= 0 else None))
            if parent >= 0:
                nodes[parent].children.append(nodes[-1])
        return nodes[0] if nodes else None


def _is_inline(part: _core.ParsedPart) -> bool:
    return bool(part.content_id) and part.disposition != "attachment" and part.type not in _BODY_TYPES


def _attached(letter: _core.ParsedLetter) -> list[_core.ParsedPart]:
    parts, nodes = letter.parts, letter.nodes
    alternatives = {part for _, parent, part in nodes if parent >= 0 and nodes[parent][0] == "multipart/alternative"}
    body = {_first(parts, kind) for kind in _BODY_TYPES}
    files, forms = set(), set()
    for index, part in enumerate(parts):
        if part.disposition == "attachment" or (part.file_name and not _is_inline(part)):
            files.add(index)
        elif index in alternatives and part.type in _FORMS:
            forms.add(index)
        elif index not in body and not _is_inline(part):
            files.add(index)
    if not any(parts[index].type in _ICS for index in files):
        files |= {index for index in forms if parts[index].type == "text/calendar"}
    return [parts[index] for index in sorted(files)]


def _first(parts: list[_core.ParsedPart], kind: str) -> int:
    """The part that is the body of this type; -1 where there is none."""
    return next((i for i, one in enumerate(parts) if one.type == kind and one.disposition != "attachment"), -1)


def _file(part: _core.ParsedPart) -> Attachment:
    return Attachment(part.content, name=part.file_name, type=part.type)


def _addresses(mailboxes: list[_core.Mailbox]) -> list[Address]:
    return [Address(name, address) for name, address in mailboxes]


def _sender(written: list[Address]) -> Address | None:
    try:
        [sender] = written
        _core.normalise_address(sender.address)
    except ValueError:  # none, several, or no address; InputError is one too
        return None
    return sender


def _date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except (ValueError, OverflowError):
        return None

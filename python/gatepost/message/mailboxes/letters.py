"""What mbox files and maildirs share: which letters they take, and line ends there and on the wire."""

from __future__ import annotations

import re
from email.message import Message as StdlibMessage

from ...arguments import octets
from .. import BaseMessage, Message, ParsedMessage

LetterSource = BaseMessage | bytes | StdlibMessage
"""What may be added: a letter of ours, the bytes of a letter, or an email.message.Message."""

_LONE_LF = re.compile(rb"(?<!\r)\n")
_PLAIN_CRLF = re.compile(rb"(?<!\r)\r\n")


def message_of(letter: LetterSource) -> BaseMessage:
    """A letter of ours, made of what was given."""
    if isinstance(letter, BaseMessage):
        return letter
    if isinstance(letter, StdlibMessage):
        return Message.from_email(letter)
    return ParsedMessage(octets("letter", letter, "a Message or the bytes of a letter"))


def to_unix(raw: bytes) -> bytes:
    """CRLF becomes LF; CRs before it stay, so that the way back is the same."""
    return _PLAIN_CRLF.sub(b"\n", raw)


def to_wire(raw: bytes) -> bytes:
    """LFs alone become CRLF."""
    return _LONE_LF.sub(b"\r\n", raw)

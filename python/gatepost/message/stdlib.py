"""From the standard library's EmailMessage."""

from __future__ import annotations

import copy
import re
from email.message import Message as StdlibMessage
from email.utils import format_datetime, localtime

from .. import _core, arguments
from ..errors import InputError
from .addresses import Address, read_list
from .parsed import ParsedMessage
from .stdlib_body import with_short_lines
from .stdlib_headers import WirePolicy, text_of

_LONG_LINE = re.compile(rb"[^\r\n]{999}")


def from_email(message: StdlibMessage) -> ParsedMessage:
    """See Message.from_email."""
    if not isinstance(message, StdlibMessage):
        raise arguments.refuse("message", "an email.message.EmailMessage", message)
    letter = copy.copy(message)
    letter._headers = list(message._headers)  # type: ignore[attr-defined]  # the copy's header changes stay its own
    senders = _addresses(letter, "From")
    if not senders:
        raise InputError("message: its From header is missing, or names nobody")
    bcc = _addresses(letter, "Bcc")
    del letter["Bcc"]
    del letter["Resent-Bcc"]
    if "Date" not in letter:
        letter["Date"] = format_datetime(localtime())
    if "Message-ID" not in letter:
        letter["Message-ID"] = f"<{_core.make_message_id(senders[0].address)}>"
    if "To" not in letter:
        letter["To"] = "undisclosed-recipients:;"
    return ParsedMessage(_to_bytes(letter), bcc=bcc)


def _addresses(letter: StdlibMessage, name: str) -> list[Address]:
    fields = [text_of(field, value) for field, value in letter.raw_items() if field.lower() == name.lower()]
    return [one for field in fields for one in read_list(f"message: {name}", field)]


def _needs_utf8(letter: StdlibMessage) -> bool:
    try:
        senders_and_recipients = [
            one for name in ("From", "Sender", "Reply-To", "To", "Cc") for one in _addresses(letter, name)
        ]
    except InputError:
        return False
    return any(_core.needs_smtputf8(one.address) for one in senders_and_recipients)


def _to_bytes(letter: StdlibMessage) -> bytes:
    try:
        raw = with_short_lines(letter).as_bytes(policy=WirePolicy(utf8=_needs_utf8(letter)))
    except InputError:
        raise
    except UnicodeEncodeError:
        raise InputError(
            "message: a body has characters but no charset; MIMEText(text, 'plain', 'utf-8') or "
            "set_content(text) give it one"
        ) from None
    except Exception as error:  # what the library trips over in damaged letters is of every kind
        raise InputError(f"message: the standard library cannot write it: {error}") from error
    if (at := raw.find(b"\0")) >= 0:
        raise InputError(f"message: byte {at} of the letter is a NUL, which no server takes")
    if line := _LONG_LINE.search(raw):
        raise InputError(f"message: the line at byte {line.start()} has more than 998 octets, which servers may refuse")
    return raw

"""From the standard library's EmailMessage."""

from __future__ import annotations

import copy
import re
from email.message import Message as StdlibMessage
from email.utils import format_datetime, localtime

from .. import _core, arguments
from ..errors import InputError
from .parsed import ParsedMessage
from .stdlib_body import with_short_lines
from .stdlib_envelope import first_addresses, first_envelope, resent_envelope
from .stdlib_headers import WirePolicy, written

_LONG_LINE = re.compile(rb"[^\r\n]{999}")


def from_email(message: StdlibMessage) -> ParsedMessage:
    """See Message.from_email."""
    if not isinstance(message, StdlibMessage):
        raise arguments.refuse("message", "an email.message.EmailMessage", message)
    letter = copy.copy(message)
    letter._headers = list(message._headers)  # type: ignore[attr-defined]  # the copy's header changes stay its own
    senders = first_addresses(letter, "From")
    if not senders:
        raise InputError("message: its From header is missing, or names nobody")
    envelope = resent_envelope(letter) or first_envelope(letter)
    bcc = [] if envelope else first_addresses(letter, "Bcc")
    del letter["Bcc"]
    del letter["Resent-Bcc"]
    if "Date" not in letter:
        letter["Date"] = format_datetime(localtime())
    if "Message-ID" not in letter:
        letter["Message-ID"] = f"<{_core.make_message_id(senders[0].address)}>"
    if "To" not in letter:
        letter["To"] = "undisclosed-recipients:;"
    made = ParsedMessage(_to_bytes(letter), bcc=bcc)
    return made._with_envelope(*envelope) if envelope else made


def _written(part: StdlibMessage) -> StdlibMessage:
    """A copy whose headers are written, those of its parts too, but for what is signed or forwarded."""
    copied = copy.copy(part)
    copied._headers = [(name, written(name, value)) for name, value in part.raw_items()]  # type: ignore[attr-defined]
    if part.get_content_maintype() == "multipart" and part.get_content_type() != "multipart/signed":
        children = part.get_payload()
        if isinstance(children, list):
            copied.set_payload([_written(child) for child in children])  # type: ignore[arg-type]
    return copied


def _to_bytes(letter: StdlibMessage) -> bytes:
    try:
        raw = _written(with_short_lines(letter)).as_bytes(policy=WirePolicy())
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

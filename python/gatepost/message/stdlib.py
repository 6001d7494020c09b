"""To and from the standard library's EmailMessage."""

from __future__ import annotations

import copy
import email
from email import policy
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from email.utils import format_datetime, localtime

from .. import _core
from ..errors import InputError
from .addresses import read_list
from .parsed import ParsedMessage


def from_email(message: StdlibMessage) -> ParsedMessage:
    """See Message.from_email."""
    if not isinstance(message, StdlibMessage):
        raise InputError(f"message: an email.message.EmailMessage is expected, not {type(message).__name__}")
    letter = copy.copy(message)
    letter._headers = list(message._headers)  # type: ignore[attr-defined]  # the copy's header changes stay its own
    senders = [str(value) for value in letter.get_all("From", [])]
    if not senders:
        raise InputError("message: it has no From header")
    bcc = [str(value) for value in letter.get_all("Bcc", [])]
    del letter["Bcc"]
    if "Date" not in letter:
        letter["Date"] = format_datetime(localtime())
    if "Message-ID" not in letter:
        address = read_list("From", senders[0])[0].address
        letter["Message-ID"] = f"<{_core.make_message_id(address)}>"
    if "To" not in letter:
        letter["To"] = "undisclosed-recipients:;"
    return ParsedMessage(_to_bytes(letter), bcc=", ".join(bcc) or None)


def _to_bytes(letter: StdlibMessage) -> bytes:
    fields = [str(value) for name in ("From", "Sender", "Reply-To", "To", "Cc") for value in letter.get_all(name, [])]
    try:
        utf8 = any(_core.needs_smtputf8(one.address) for field in fields for one in read_list("message", field))
    except InputError:
        utf8 = False
    return letter.as_bytes(policy=policy.SMTPUTF8 if utf8 else policy.SMTP)


def to_email(raw: bytes) -> EmailMessage:
    """See Message.to_email."""
    return email.message_from_bytes(raw, policy=policy.default)

"""From what a caller wants to send to what the engine takes: sender, recipients, bytes; checked against the account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message as StdlibMessage
from typing import Protocol

from .. import _core, arguments
from ..codes import Failure
from ..errors import InputError, error_for
from ..message import BaseMessage, ParsedMessage
from .limits import Limits
from .own_sender import with_own_sender
from .requests import SendRequests


class AccountRules(Protocol):
    """What a letter is checked against before anything is said to the server."""

    name: str
    sender: str | None
    sender_name: str
    only_sender: bool
    replace_sender: bool
    limits: Limits
    requests: SendRequests | None

    def _rule(self, name: str) -> str:
        """Where a rule comes from, by the name of a field of Limits, or "from"."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter ready for the engine, which signs it; addresses in wire form."""

    mail_from: str
    rcpt_to: list[str]
    data: bytes | _core.LetterBytes
    message_id: str = ""
    requests: _core.LetterRequests | None = None
    replaced_sender: str = ""  # what stood in From before the account's own address


def _refuse(category: str, phase: str, message: str) -> Exception:
    return error_for(Failure.from_core(_core.local_failure(category, phase, message)))


def _check(account: AccountRules, letter: Outgoing) -> None:
    if account.only_sender and letter.mail_from != account.sender:
        raise _refuse(
            "sender_not_authorized",
            "local",
            f"account {account.name} sends from {account.sender} only, the letter is from {letter.mail_from or '<>'}"
            f" ({account._rule('from')})",
        )
    limits = account.limits
    if limits.message_bytes is not None and len(letter.data) > limits.message_bytes:
        raise _refuse(
            "message_too_large",
            "local",
            f"the letter has {len(letter.data)} bytes as it goes on the wire, account {account.name} takes"
            f" {limits.message_bytes} ({account._rule('message_bytes')})",
        )
    if limits.recipients is not None and len(letter.rcpt_to) > limits.recipients:
        raise _refuse(
            "too_many_recipients",
            "local",
            f"the letter has {len(letter.rcpt_to)} recipients, account {account.name} takes {limits.recipients}"
            f" ({account._rule('recipients')})",
        )


def _check_attachments(account: AccountRules, message: BaseMessage) -> None:
    forbidden = account.limits.forbidden_attachments
    if not forbidden:
        return
    from .archives import forbidden_file  # most accounts never need to unpack anything

    for attachment in message.attachments:
        if (found := forbidden_file(attachment.name, attachment.data, forbidden)) is not None:
            inside = "" if found == attachment.name else f" inside {attachment.name}"
            raise _refuse(
                "virus_or_attachment",
                "local",
                f"account {account.name} refuses files like {found}{inside} ({account._rule('forbidden_attachments')})",
            )


def _wire_address(name: str, value: object) -> str:
    if type(value) is str and value.isprintable():  # as nearly all are
        try:
            return _core.normalise_address(value)
        except (InputError, TypeError):
            pass  # said below, with the name
    given = arguments.line(name, value)
    with arguments.named(name):
        return _core.normalise_address(given)


_wire_addresses = arguments.one_or_several(_wire_address)


def _recipients(message: BaseMessage) -> list[str]:
    """Those of the headers. What a received letter has there may be no address."""
    if isinstance(message, ParsedMessage):
        return [_wire_address("to", address) for address in message.recipients]
    return list(message.recipients)


def outgoing(
    account: AccountRules,
    message: BaseMessage | bytes,
    from_: str | None = None,
    to: str | Sequence[str] | None = None,
    requests: SendRequests | None = None,
) -> Outgoing:
    """The envelope and bytes of a letter. `from_` and `to` are the envelope's and win over the headers; bytes
    need both and go as they are, their Bcc header too. `requests`: what it asks of the server.

    InputError for a bad address or no recipient; the SendError of a local failure where the account cannot take it.
    """
    if not isinstance(message, BaseMessage | bytes | bytearray | memoryview):
        takes = "a Message or the bytes of a letter"
        if isinstance(message, StdlibMessage):
            raise InputError(f"message takes {takes}, not {type(message).__name__}; Message.from_email(...) makes one")
        raise arguments.refuse("message", takes, message)
    if to is not None:
        rcpt_to = _wire_addresses("to", to)
    elif isinstance(message, BaseMessage):
        rcpt_to = _recipients(message)
    else:
        raise InputError("send: raw bytes need from_=... and to=... for the envelope")
    if not rcpt_to:
        raise InputError("send: the letter has no recipient; give it to, cc or bcc")
    if from_ is not None:
        mail_from = "" if from_ == "" else _wire_address("from_", from_)
    elif isinstance(message, BaseMessage):
        mail_from = message.envelope_from
        if mail_from and isinstance(message, ParsedMessage):
            mail_from = _wire_address("from_", mail_from)
    else:
        raise InputError("send: raw bytes need from_=... and to=... for the envelope")
    message_id = ""
    data: bytes | _core.LetterBytes
    if isinstance(message, BaseMessage):
        _check_attachments(account, message)
        message_id, data = message.message_id, message._for_wire()
    else:
        data = bytes(message)
    asked = None
    requests = account.requests if requests is None else requests
    if requests is not None:
        arguments.instance(SendRequests)("requests", requests)
        if requests.original_recipients and len(requests.original_recipients) != len(rcpt_to):
            raise InputError(
                f"original_recipients: {len(requests.original_recipients)} for {len(rcpt_to)} recipients; one each"
            )
        asked = requests._for_core()
    replaced = ""
    if account.replace_sender or account.sender_name:
        mail_from, data, replaced = with_own_sender(account, message, mail_from, data)
    letter = Outgoing(mail_from, rcpt_to, data, message_id, asked, replaced)
    _check(account, letter)
    return letter

"""The account's own address and name in place of the letter's, and where the letter's stay visible."""

from __future__ import annotations

import re
from typing import Protocol

from .. import _core
from ..errors import InputError
from ..message import BaseMessage

_HEADER = re.compile(rb"(?im)^(from|reply-to|sender)[ \t]*:.*\r?\n(?:[ \t].*\r?\n)*")

Data = bytes | _core.LetterBytes


class OwnSender(Protocol):
    """What is asked of an account."""

    sender: str | None
    sender_name: str
    replace_sender: bool


def with_own_sender(
    account: OwnSender, message: BaseMessage | bytes, mail_from: str, data: Data
) -> tuple[str, Data, str]:
    """Envelope sender, bytes and the From that was replaced ("": none was).

    Where the account replaces senders, its address stands in From and in the envelope, the letter's in Reply-To unless
    it has one. Where the letter is from the account's address without a name, it gets the account's name.
    """
    own = account.sender
    if own is None or not (account.replace_sender or (account.sender_name and isinstance(message, BaseMessage))):
        return mail_from, data, ""
    name, address = _from(message)
    if account.replace_sender and address.casefold() != own.casefold():
        shown = _mailbox(name or account.sender_name, own)
        changed = _changed(bytes(data), shown, _answers_to(name, address), whole=True)
        return own if mail_from else "", changed, address or "<>"
    if account.replace_sender and mail_from and mail_from.casefold() != own.casefold():
        return own, data, mail_from
    if account.sender_name and not name and address.casefold() == own.casefold():
        return mail_from, _changed(bytes(data), _mailbox(account.sender_name, own), b"", whole=False), ""
    return mail_from, data, ""


def _from(message: BaseMessage | bytes) -> tuple[str, str]:
    if isinstance(message, BaseMessage):
        return message.from_.name, message.from_.address
    found = _core.parse(bytes(message)).from_
    return found[0] if found else ("", "")


def _answers_to(name: str, address: str) -> bytes:
    """For Reply-To; nothing where a received letter's From is no address."""
    try:
        return _mailbox(name, _core.normalise_address(address)) if address else b""
    except InputError:
        return b""


def _mailbox(name: str, address: str) -> bytes:
    """As a header has it, encoded."""
    raw = bytes(_core.compose(_core.LetterContent(from_=(name, address), subject="", text="")))
    found = _HEADER.search(raw)
    if found is None:
        raise InputError(f"the sender {address} cannot be written into a header")
    return found[0].partition(b":")[2].strip()


def _changed(raw: bytes, own: bytes, replaced: bytes, whole: bool) -> bytes:
    """The letter with `own` in From; `replaced` in Reply-To, where it has none. `whole`: without a Sender either."""
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = len(raw) if end is None else end.start() + 2
    head, body = raw[:cut], raw[cut:]
    kinds = [found[1].lower() for found in _HEADER.finditer(head)]
    lines = b"From: " + own + b"\r\n"
    if replaced and b"reply-to" not in kinds:
        lines += b"Reply-To: " + replaced + b"\r\n"
    gone = (b"from", b"sender") if whole else (b"from",)
    if b"from" not in kinds:
        return lines + raw
    put = False

    def change(found: re.Match[bytes]) -> bytes:
        nonlocal put
        if found[1].lower() not in gone:
            return found[0]
        if found[1].lower() != b"from" or put:
            return b""
        put = True
        return lines

    return _HEADER.sub(change, head) + body

"""Who a standard library's message is from and for, as `smtplib.SMTP.send_message` decides it."""

from __future__ import annotations

from email.message import Message as StdlibMessage
from typing import NamedTuple

from ..errors import InputError
from .addresses import Address
from .stdlib_addresses import addresses_of
from .stdlib_headers import text_of

_ONCE = ("From", "Sender", "To", "Cc", "Bcc")


class Envelope(NamedTuple):
    """Wire addresses, and what is odd about them."""

    sender: str
    recipients: list[str]
    warnings: list[str]


def resent_envelope(letter: StdlibMessage) -> Envelope | None:
    """That of a letter which somebody sent on: its Resent- headers say it (RFC 5322 §3.6.6), and no others. None where
    there are none; InputError where there are several blocks of them, or nobody to send it for."""
    blocks = _count(letter, "Resent-Date")
    if blocks == 0:
        return None
    if blocks > 1:
        raise InputError(
            f"message: it has {blocks} blocks of Resent- headers, of which one can say who it is for; "
            "Message.parse(bytes(message)) takes it, with from_= and to= for send"
        )
    senders = first_addresses(letter, "Resent-Sender") or first_addresses(letter, "Resent-From")
    if not senders:
        raise InputError("message: it has a Resent-Date, but its Resent-From header is missing, or names nobody")
    return _envelope(letter, senders[0], "Resent-", [])


def first_envelope(letter: StdlibMessage) -> Envelope | None:
    """That of a letter in which one of the headers stands twice that may stand once: the first counts."""
    twice = [name for name in _ONCE if _count(letter, name) > 1]
    if not twice:
        return None
    senders = first_addresses(letter, "Sender") or first_addresses(letter, "From")
    said = [f"{name} stands more than once; the letter goes to (or is from) whom the first names" for name in twice]
    return _envelope(letter, senders[0], "", said)


def first_addresses(letter: StdlibMessage, name: str) -> list[Address]:
    """Those of the first header of this name; [] where there is none."""
    for field, value in letter.raw_items():
        if field.lower() == name.lower():
            return addresses_of(f"message: {name}", value if hasattr(value, "addresses") else text_of(field, value))
    return []


def _count(letter: StdlibMessage, name: str) -> int:
    """How often a header stands there; get_all() would read them, and fail on damaged ones."""
    return sum(field.lower() == name.lower() for field, _ in letter.raw_items())


def _envelope(letter: StdlibMessage, sender: Address, prefix: str, warnings: list[str]) -> Envelope:
    people = [one.address for name in ("To", "Cc", "Bcc") for one in first_addresses(letter, prefix + name)]
    return Envelope(sender.address, list(dict.fromkeys(people)), warnings)

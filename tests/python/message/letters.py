"""What the tests of letters share."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from typing import Any

import gatepost as gp


def letter(**fields: Any) -> gp.Message:
    return gp.Message(**{"from_": "ivan@example.com", "to": "olga@example.com", "text": "x", **fields})


def by_stdlib(message: object) -> EmailMessage:
    read = email.message_from_bytes(bytes(message), policy=policy.default)  # type: ignore[call-overload]
    assert isinstance(read, EmailMessage)
    return read


def header_lines(message: object, name: str) -> list[str]:
    """The values of the headers of this name as they stand on the wire, unfolded."""
    header = bytes(message).partition(b"\r\n\r\n")[0].decode()  # type: ignore[call-overload]
    fields = header.replace("\r\n ", " ").replace("\r\n\t", "\t").split("\r\n")
    return [one.partition(":")[2].strip() for one in fields if one.lower().startswith(f"{name.lower()}:")]

"""SMTP extensions that an account can leave unused, for servers that offer them and break with them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ..arguments import some_of, words
from ..errors import InputError

EXTENSIONS = (
    *("pipelining", "size", "8bitmime", "smtputf8", "dsn", "chunking", "binarymime", "limits", "starttls", "auth"),
    *("requiretls", "mt-priority", "deliverby", "futurerelease", "xclient"),
    *("enhancedstatuscodes", "etrn", "vrfy", "expn", "help"),
)
"""EHLO keywords. Of the last five nothing is ever used unasked."""


def read_without(name: str, value: Any) -> frozenset[str]:
    """The keywords, in lower case. InputError for one that there is not."""
    return frozenset(some_of(*EXTENSIONS)(name, [keyword.lower() for keyword in words(name, value)]))


def check_uses(without: Collection[str], needed: dict[str, str]) -> None:
    """InputError where an extension is to be left unused that the account needs; `needed` says what for."""
    for keyword, reason in needed.items():
        if keyword in without:
            raise InputError(f"account: without {keyword!r} {reason}")

"""The OAuth 2.0 access token of an account: a fixed one, or a function that knows where to get one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from ..errors import InputError
from ..sending.tokens import AccessToken

TokenSource = str | Callable[[], str]
"""A token, or a function that returns one; it is asked at the first use and again when the server refuses the token."""


@runtime_checkable
class RenewedToken(Protocol):
    """A token source that knows when its tokens end, and is told which one a server refused."""

    def fresh(self, refused: str) -> AccessToken:
        """A token other than `refused` ("": none was)."""


def check_token(token: object) -> str:
    """`token` itself where it is one (RFC 6750 §2.1: printable ASCII); InputError, which never shows it."""
    if not isinstance(token, str):
        raise InputError(f"auth.access_token: gave a {type(token).__name__}, not a str")
    if not token or not token.isascii() or any(not 33 <= ord(c) <= 126 for c in token):
        raise InputError("auth.access_token: empty, or something else than printable ASCII")
    return token

"""The exceptions. Bad input is InputError (a ValueError); what a server or the net refused is a SendError."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ._core import InputError
from .codes import Category, Failure


class GatepostError(Exception):
    """The base of all that is not the caller's bad input. `errno`: the system's number, where it gave one."""

    errno: int | None = None


class ForkedError(GatepostError, RuntimeError):
    """A child made by fork used an object of its parent. What the child makes itself works."""

    def __init__(self, *words: object) -> None:
        super().__init__(
            *words
            or (
                "this was made before the fork, by the parent process: its threads, connections and files did not come "
                "along. Make a new one (Mailer, Sink, History, Campaign ...) in this process",
            )
        )


class SendError(GatepostError):
    """A letter was not accepted, or the way to the server failed. `failure` says all that is known."""

    failure: Failure
    refused: list[Failure]  # one per recipient, where it is about a letter
    transcript: str  # secrets masked; empty where none was kept

    def __init__(self, failure: Failure, refused: Sequence[Failure] = (), transcript: str = "") -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.refused = list(refused)
        self.transcript = transcript

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.failure, self.refused, self.transcript)


class LimitReached(GatepostError, TimeoutError):
    """A limit of the account lets the letter go only after the `timeout` that was given for it; it was not sent.

    `limit` is (most letters, seconds), `at` when the letter would go (Unix seconds); None: not known.
    """

    def __init__(self, words: str, limit: tuple[int, float] | None = None, at: float | None = None) -> None:
        super().__init__(words)
        self.limit = limit
        self.at = at

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.limit, self.at)


class ConnectError(SendError, ConnectionError):
    """No connection, or it broke: name look-up, connect, greeting, EHLO, and losses in the middle.

    `errno` is the system's number (errno.ECONNREFUSED ...) and `strerror` says it in words; None where the system gave
    none: a server's refusal, a deadline, a name that is not found.
    """

    def __init__(self, failure: Failure, refused: Sequence[Failure] = (), transcript: str = "") -> None:
        super().__init__(failure, refused, transcript)
        if failure.errno:
            self.errno = failure.errno
            self.strerror = failure.message

    def __str__(self) -> str:
        return str(self.failure)  # an OSError would show its number instead


class ConnectTimeout(ConnectError, TimeoutError):
    """A deadline passed before the server answered, in any phase."""


class TlsError(ConnectError):
    """TLS could not be established, or the server insists on it."""


class AuthError(SendError):
    """The server did not let the account in."""


class SenderError(SendError):
    """The sender was refused (MAIL FROM, or its address later)."""


class RecipientsRefused(SendError):
    """Every recipient was refused; `refused` has each."""


class DataError(SendError):
    """The letter itself was refused."""


_AUTH = {Category.AUTH_FAILED, Category.AUTH_POLICY, Category.AUTH_TEMPORARY, Category.AUTH_THROTTLED}
_CONNECTION = {Category.CONNECT_FAILED, Category.CONNECTION_LOST}
_SENDER = {Category.SENDER_INVALID, Category.SENDER_NOT_AUTHORIZED}
_LOCAL_DATA = {
    Category.FEATURE_UNSUPPORTED,
    Category.MESSAGE_MALFORMED,
    Category.MESSAGE_TOO_LARGE,
    Category.VIRUS_OR_ATTACHMENT,
}
_LOCAL_RECIPIENTS = {
    Category.RECIPIENT_SYNTAX,
    Category.RECIPIENT_UNKNOWN,
    Category.SUPPRESSED,
    Category.TOO_MANY_RECIPIENTS,
}


InputError.errno = None

_Error = TypeVar("_Error", InputError, GatepostError)


def with_errno(error: _Error, number: int | None) -> _Error:
    """The error with the number that the system gave (errno.ENOENT ...)."""
    error.errno = number
    return error


def _class_for(failure: Failure) -> type[SendError]:
    phase, category = failure.phase, failure.category
    if failure.timed_out:
        return ConnectTimeout
    if phase == "tls" or category is Category.TLS_ERROR:
        return TlsError
    if phase == "auth" or category in _AUTH:
        return AuthError
    if phase in ("dns", "connect", "greeting", "ehlo") or category in _CONNECTION:
        return ConnectError
    if phase == "mail" or category in _SENDER:
        return SenderError
    if phase == "rcpt" or (phase == "local" and category in _LOCAL_RECIPIENTS):
        return RecipientsRefused
    if phase in ("data", "final") or (phase == "local" and category in _LOCAL_DATA):
        return DataError
    return SendError


def error_for(failure: Failure, refused: Sequence[Failure] = (), transcript: str = "") -> SendError:
    """The exception for a failure, of the class that its phase and category ask for."""
    return _class_for(failure)(failure, refused, transcript)


__all__ = [
    "AuthError",
    "ConnectError",
    "ConnectTimeout",
    "DataError",
    "ForkedError",
    "GatepostError",
    "InputError",
    "LimitReached",
    "RecipientsRefused",
    "SendError",
    "SenderError",
    "TlsError",
    "error_for",
]

"""What PostgreSQL complains of, in words that say what to do."""

from __future__ import annotations

import psycopg
from psycopg import errors

_WORDS: dict[type[psycopg.Error], str] = {
    errors.DiskFull: "the disk of the database is full; nothing of this write was kept",
    errors.ReadOnlySqlTransaction: "the database is read-only (a standby?); give the one that takes writes",
    errors.UndefinedTable: "its tables are gone; it was emptied or replaced while it was open",
    errors.InvalidPassword: "the password was refused; check login and password of the store",
    errors.InvalidAuthorizationSpecification: "the login was refused; check login and password of the store",
    errors.InvalidCatalogName: "there is no such database; make it with createdb",
    errors.TooManyConnections: "the database has no connection left; raise max_connections, or run fewer workers",
}
_UNREACHABLE = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.DeadlockDetected,
    errors.SerializationFailure,
    errors.TooManyConnections,
    errors.ConnectionException,
    errors.IdleInTransactionSessionTimeout,  # this process was frozen for a while
)


def is_unreachable(error: psycopg.Error) -> bool:
    """Whether the same may succeed a moment later: the server is away, or starts, or others were in the way."""
    if isinstance(error, _UNREACHABLE):
        return True
    # libpq's own: no connection, or one that broke; the server's have a state.
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def in_words(error: psycopg.Error) -> str:
    """One sentence of what happened, and what helps."""
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return words
    if isinstance(error, errors.InsufficientPrivilege):
        return f"{_first_line(error)}; grant the login CREATE on the database, or make the schema for it"
    if is_unreachable(error):
        return f"the database cannot be reached ({_first_line(error)})"
    return _first_line(error)


def _first_line(error: psycopg.Error) -> str:
    text = error.diag.message_primary or str(error)
    return next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)

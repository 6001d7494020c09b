"""Inserting many rows at once: a statement of its own for each row costs as much as what it writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from .database import Inserted, Transaction
from .statements import Insert

_ROWS = 40  # of one statement; SQLite has at least 999 parameters for it


def insert(connection: Transaction, statement: Insert, rows: Iterable[Sequence[Any]]) -> Inserted:
    """Adds rows of equal length, in order."""
    rows = iter(rows)
    given = added = 0
    while len(part := list(islice(rows, _ROWS))) == _ROWS:
        text = _text(statement, len(part[0]), _ROWS)
        added += connection.execute(text, list(chain.from_iterable(part))).rowcount
        given += _ROWS
    if part:  # one by one: statements of every length would only push each other out of the cache
        added += connection.executemany(_text(statement, len(part[0]), 1), part).rowcount
    return Inserted(given + len(part), added)


@cache
def _text(statement: Insert, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{statement.into} VALUES {', '.join([row] * rows)} {statement.conflict}"

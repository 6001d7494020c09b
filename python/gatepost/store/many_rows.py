"""Inserting many rows at once: a statement of its own for each row costs as much as what it writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

_ROWS = 40  # of one statement; SQLite has at least 999 parameters for it


def insert(connection: sqlite3.Connection, into: str, rows: Iterable[Sequence[Any]]) -> int:
    """Adds rows of equal length, in order; returns how many. `into`: INSERT INTO table (columns)."""
    rows = iter(rows)
    count = 0
    while len(part := list(islice(rows, _ROWS))) == _ROWS:
        connection.execute(_statement(into, len(part[0]), _ROWS), list(chain.from_iterable(part)))
        count += _ROWS
    if part:  # one by one: statements of every length would only push each other out of the cache
        connection.executemany(_statement(into, len(part[0]), 1), part)
    return count + len(part)


@cache
def _statement(into: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{into} VALUES {', '.join([row] * rows)}"

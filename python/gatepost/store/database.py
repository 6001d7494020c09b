"""What a store needs of a database; each database has a file that provides it (`sqlite.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import polars as pl


class Cursor(Protocol):
    """The answer to a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """The next row as a tuple, or None."""

    def fetchall(self) -> list[Any]:
        """All rows that are left, as tuples."""


class Transaction(Protocol):
    """Runs statements inside a transaction; `?` marks a parameter."""

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> Cursor:
        """Runs a statement once."""

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Cursor:
        """Runs a statement for each row; `rowcount` is that of all together."""


class Database(Protocol):
    """A database that is open, with the tables of `schema`. Threads may share it. StoreError says what failed."""

    url: str

    def close(self) -> None:
        """Ends the connection; twice does no harm."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """All that is written inside is kept, or nothing where it raises. No other writer comes in between."""

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a question as tuples."""

    def frame(
        self, statement: str, parameters: Sequence[Any], columns: Mapping[str, type[pl.DataType]]
    ) -> pl.DataFrame:
        """All rows of a question as a DataFrame of these columns."""

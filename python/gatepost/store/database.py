"""What a store needs of a database; each database has a file that provides it (`sqlite.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeVar

import polars as pl

from .statements import Insert

_Result = TypeVar("_Result")


class Inserted(NamedTuple):
    """How many rows were given, and how many of them were added."""

    given: int
    added: int


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


class Reader(Protocol):
    """Reads a database as it was at one moment."""

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns."""

    def chunks(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        """All rows of a question, some at a time."""


class Database(Protocol):
    """A database that is open, with the tables of `schema`. Threads may share it. StoreError says what failed."""

    url: str

    def close(self) -> None:
        """Ends the connection; twice does no harm."""

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """What this thread writes inside waits so long at most for others that write, StoreError then."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """All that is written inside is kept, or nothing where it raises."""

    def exclusive(self, transaction: Any, what: str) -> None:
        """Until the transaction ends nobody else is where the same is asked for."""

    def insert(self, transaction: Any, statement: Insert, rows: Iterable[Sequence[Any]]) -> Inserted:
        """Adds rows of equal length, in order; rows may be read from this database meanwhile."""

    def wall(self, transaction: Any, ours: float) -> float:
        """The time of day on which all agree who share the database; `ours` is this machine's."""

    def snapshot(self) -> AbstractContextManager[Reader]:
        """Reads as of now, whatever others write meanwhile."""

    def count_on(self, transaction: Any, tables: Sequence[str]) -> None:
        """Rows were added with keys: those that the database counts up go on behind them."""

    def damage(self) -> list[str]:
        """What the database itself finds wrong with its files, in words."""

    def vacuum(self) -> None:
        """What was deleted is gone from the disk, its space is free."""

    def persist(self, call: Callable[[], _Result]) -> _Result:
        """Runs it, and again where the database was away for a while."""

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a question as tuples."""

    def frame(
        self, statement: str, parameters: Sequence[Any], columns: Mapping[str, type[pl.DataType]]
    ) -> pl.DataFrame:
        """All rows of a question as a DataFrame of these columns."""

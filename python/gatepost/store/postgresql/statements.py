"""Statements as psycopg takes them, in a transaction or for reading as of one moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg.types.string import StrDumper

CHUNK = 65_536  # rows that are fetched at a time


class Statements:
    """Statements in the transaction that is open."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor:
        """Runs a statement once."""
        return self._connection.execute(translated(statement), parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> psycopg.Cursor:
        """Runs a statement for each row, without waiting for the answer to each."""
        cursor = self._connection.cursor()
        cursor.executemany(translated(statement), rows)
        return cursor

    def copy(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Streams rows into a table."""
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


class Snapshot:
    """Reads in a transaction that sees one moment."""

    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self._connection, self._schema = connection, schema

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns."""
        found = self._connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
            " ORDER BY ordinal_position",
            (self._schema, table),
        ).fetchall()
        return tuple(name for [name] in found)

    def chunks(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        """All rows, some at a time."""
        with self._connection.cursor("chunks") as cursor:
            cursor.execute(translated(statement))
            while chunk := cursor.fetchmany(CHUNK):
                yield chunk


class TextDumper(StrDumper):
    """PostgreSQL has no NUL in a text; a server's reply or somebody's list may."""

    def dump(self, obj: str) -> Any:
        """The text in bytes."""
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


@cache
def translated(statement: str) -> str:
    """`?` as the marks of psycopg."""
    return statement.replace("%", "%%").replace("?", "%s")

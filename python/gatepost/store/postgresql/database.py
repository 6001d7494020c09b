"""What a store needs of a database, from PostgreSQL: transactions, rows as columns, COPY, locks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import islice
from typing import Any

import polars as pl
import psycopg
from psycopg import sql as names

from ..database import Inserted
from ..errors import StoreError
from ..frames import FRAME_CHUNK, frame_of
from ..statements import Insert
from .connection import PostgresqlConnection
from .founding import found, is_current
from .statements import Snapshot, Statements, translated

_PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"  # rows may come slowly
_COPIED = 10_000  # rows of one COPY: between two of them the connection answers questions


class PostgresqlDatabase(PostgresqlConnection):
    """`Database` in a schema; others may write to other rows at the same time."""

    def __init__(self, url: str, patience: float) -> None:
        """Connects to `url`, makes the tables where the schema is new."""
        super().__init__(url, patience)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Nobody waits for others that write to other rows."""
        return nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[Statements]:
        """All that is written inside is kept, or nothing where it raises. Others may write meanwhile, to other rows."""
        self._home.check()
        with self._lock, self._errors():
            if self._in_transaction:
                raise StoreError("this store is already in the middle of a write of the same thread")
            connection = self._open()
            transaction = self._begin(connection)
            self._in_transaction = True
            try:
                yield Statements(connection)
                self._home.check()  # a child that was forked in here has no part in it
                self._commit(connection, transaction)
            except BaseException:
                if self._home.here and not connection.closed:
                    with suppress(psycopg.Error):
                        connection.execute("ROLLBACK")
                raise
            finally:
                self._in_transaction = False

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows as tuples."""
        self._home.check()
        return self.persist(lambda: self._open().execute(translated(statement), parameters).fetchall())

    def frame(
        self, statement: str, parameters: Sequence[Any], columns: Mapping[str, type[pl.DataType]]
    ) -> pl.DataFrame:
        """All rows as a DataFrame of these columns, a chunk at a time so that no list holds all of them."""
        self._home.check()

        def read() -> pl.DataFrame:
            connection = self._open()
            with connection.transaction(), connection.cursor("frame") as cursor:
                cursor.execute(translated(statement), parameters)
                return frame_of(iter(lambda: cursor.fetchmany(FRAME_CHUNK), []), columns)

        return self.persist(read)

    def insert(self, transaction: Statements, statement: Insert, rows: Iterable[Sequence[Any]]) -> Inserted:
        """Adds rows by COPY; where some may be there already, through a table that only this transaction sees."""
        table = statement.table if not statement.conflict else f"new_{statement.table}"
        columns = ", ".join(statement.columns)
        if statement.conflict:
            transaction.execute(
                f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT {columns} FROM {statement.table} LIMIT 0"
            )
            transaction.execute(_PATIENT)
        rows, given = iter(rows), 0
        while part := list(islice(rows, _COPIED)):
            given += len(part)
            if given == _COPIED:
                transaction.execute(_PATIENT)
            transaction.copy(f"COPY {table} ({columns}) FROM STDIN", part)
        if not statement.conflict:
            return Inserted(given, given)
        added = transaction.execute(f"{statement.into} SELECT {columns} FROM {table} {statement.conflict}").rowcount
        transaction.execute(f"DROP TABLE {table}")
        return Inserted(given, added)

    def exclusive(self, transaction: Statements, what: str) -> None:
        """Until the transaction ends nobody else is where the same is asked for."""
        transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (f"{self._target.schema} {what}",))

    def wall(self, transaction: Statements, ours: float) -> float:
        """The time of day by the clock of the database: one for all machines."""
        [[now]] = transaction.execute("SELECT extract(epoch FROM clock_timestamp())::double precision").fetchall()
        return float(now)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Reads as of now, whatever others write meanwhile."""
        self._home.check()
        with self._lock, self._errors():
            connection = self._open()
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield Snapshot(connection, self._target.schema)

    def count_on(self, transaction: Statements, tables: Sequence[str]) -> None:
        """Sequences know nothing of keys that were given."""
        for table in tables:
            transaction.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table} HAVING MAX(id) > 0"
            )

    def damage(self) -> list[str]:
        """Nothing: PostgreSQL sees to its own files (pg_amcheck looks into them)."""
        return []

    def vacuum(self) -> None:
        """Space is free for new rows, and what was deleted is overwritten then."""
        self._home.check()
        tables = self.rows("SELECT tablename FROM pg_tables WHERE schemaname = ?", (self._target.schema,))
        with self._lock, self._errors():
            for [table] in tables:
                self._open().execute(names.SQL("VACUUM (ANALYZE) {}").format(names.Identifier(table)))

    def _prepare(self) -> None:
        with self._errors():
            if is_current(self._connection, self._target):
                return
        with self.transaction() as transaction:
            self.exclusive(transaction, "tables")  # another process may be first
            found(self._connection, self._target)

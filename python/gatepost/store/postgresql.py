"""The store in PostgreSQL (15 or newer): connecting again where the server was away, transactions, rows as columns."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import cache
from itertools import islice
from secrets import token_hex
from typing import Any, TypeVar

import polars as pl
import psycopg
from psycopg import sql as names
from psycopg.types.string import StrDumper

from .. import _core
from ..process import Home, see_to_at_fork
from .database import Inserted
from .errors import StoreError, StoreUnreachable
from .frames import frame_of
from .migrations import steps
from .postgresql_errors import in_words, is_unreachable
from .postgresql_url import read_url
from .schema import POSTGRESQL, VERSION, ddl
from .statements import FOUND, Insert
from .tables.concurrent import ConcurrentLedger
from .tables.store import TableStore

_CHUNK = 65_536  # rows of a frame
_COPIED = 10_000  # rows of one COPY: between two of them the connection answers questions
_PATIENCE = 1.0  # seconds that a fork waits for another thread's statement
_LONGEST_WAIT = 2.0  # seconds between two looks whether the server is back
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_current_xact_id()::text"
_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class PostgresqlStore(ConcurrentLedger, TableStore):
    """`Store` in a schema of a PostgreSQL database; any number of threads, processes and machines may use it."""

    def __init__(self, url: str, *, patience: float = 120.0) -> None:
        """Connects, and makes the tables where there are none. `patience`: seconds to wait for a server that was
        there and is away (restarted, network cut).

        StoreError: no connection, no right, not a store, a store of a newer version, a server before 15.
        """
        super().__init__(PostgresqlDatabase(url, patience))
        self._identity = f"postgresql://{self.fact('uid')}"

    @property
    def identity(self) -> str:
        """The same whatever the URL by which it was opened."""
        return self._identity


class PostgresqlDatabase:
    """One connection that threads share: a lock lets one of them in at a time. It is of the process that made it."""

    def __init__(self, url: str, patience: float) -> None:
        """Connects to `url`, makes the tables where the schema is new."""
        self._target = read_url(url)
        self.url = self._target.shown
        self.secret_url = url
        self._patience = patience
        self._home = Home()
        self._lock = threading.RLock()
        self._closed = self._in_transaction = False
        self._away_since: float | None = None
        with self._errors():
            self._connection = self._connect()
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise
        see_to_at_fork(self)

    def before_fork(self) -> bool:
        """No other thread is in the middle of a statement; False where one does not come out."""
        return self._lock.acquire(timeout=_PATIENCE)

    def after_fork_in_parent(self, quiet: bool) -> None:
        """Lets threads in again."""
        if quiet:
            self._lock.release()

    def after_fork_in_child(self, quiet: bool) -> None:
        """The connection is the parent's: closed here, it would say good-bye for the parent."""
        _core.keep_for_ever(self._connection)
        if quiet:
            self._lock.release()

    def close(self) -> None:
        """Ends the connection; twice does no harm, nor does it in a child of the process that opened it."""
        if not self._home.here:
            return
        with self._lock:
            self._closed = True
            self._connection.close()

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Nobody waits for others that write to other rows."""
        return nullcontext()

    @contextmanager
    def transaction(self) -> Iterator[_Transaction]:
        """All that is written inside is kept, or nothing where it raises. Others may write meanwhile, to other rows."""
        self._home.check()
        with self._lock, self._errors():
            if self._in_transaction:
                raise StoreError("this store is already in the middle of a write of the same thread")
            connection = self._open()
            transaction = _begin(connection)
            self._in_transaction = True
            try:
                yield _Transaction(connection)
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
        return self.persist(lambda: self._open().execute(_translated(statement), parameters).fetchall())

    def frame(
        self, statement: str, parameters: Sequence[Any], columns: Mapping[str, type[pl.DataType]]
    ) -> pl.DataFrame:
        """All rows as a DataFrame of these columns, a chunk at a time so that no list holds all of them."""
        self._home.check()

        def read() -> pl.DataFrame:
            connection = self._open()
            with connection.transaction(), connection.cursor("frame") as cursor:
                cursor.execute(_translated(statement), parameters)
                return frame_of(iter(lambda: cursor.fetchmany(_CHUNK), []), columns)

        return self.persist(read)

    def insert(self, transaction: _Transaction, statement: Insert, rows: Iterable[Sequence[Any]]) -> Inserted:
        """Adds rows by COPY; where some may be there already, through a table that only this transaction sees."""
        table = statement.table if not statement.conflict else f"new_{statement.table}"
        columns = ", ".join(statement.columns)
        if statement.conflict:
            transaction.execute(
                f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS SELECT {columns} FROM {statement.table} LIMIT 0"
            )
        rows, given = iter(rows), 0
        while part := list(islice(rows, _COPIED)):
            given += len(part)
            transaction.copy(f"COPY {table} ({columns}) FROM STDIN", part)
        if not statement.conflict:
            return Inserted(given, given)
        added = transaction.execute(f"{statement.into} SELECT {columns} FROM {table} {statement.conflict}").rowcount
        transaction.execute(f"DROP TABLE {table}")
        return Inserted(given, added)

    def exclusive(self, transaction: _Transaction, what: str) -> None:
        """Until the transaction ends nobody else is where the same is asked for."""
        transaction.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (f"{self._target.schema} {what}",))

    def wall(self, transaction: _Transaction, ours: float) -> float:
        """The time of day by the clock of the database: one for all machines."""
        [[now]] = transaction.execute("SELECT extract(epoch FROM clock_timestamp())::double precision").fetchall()
        return float(now)

    @contextmanager
    def snapshot(self) -> Iterator[_Reader]:
        """Reads as of now, whatever others write meanwhile."""
        self._home.check()
        with self._lock, self._errors():
            connection = self._open()
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield _Reader(connection, self._target.schema)

    def count_on(self, transaction: _Transaction, tables: Sequence[str]) -> None:
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

    def persist(self, call: Callable[[], _Result]) -> _Result:
        """Runs it again, as long as patience lasts, where the server was away. It must be whole: what did not happen
        happened not at all."""
        wait = 0.05
        while True:
            try:
                with self._lock, self._errors():
                    result = call()
                self._away_since = None
                return result
            except StoreUnreachable as error:
                if self._in_transaction or self._closed:
                    raise
                now = time.monotonic()
                if self._away_since is None:
                    self._away_since = now
                    _log.warning("%s; trying again for %g s", error, self._patience)
                if now - self._away_since >= self._patience:
                    raise
                time.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)

    def _connect(self) -> psycopg.Connection:
        try:
            connection = psycopg.connect(self._target.conninfo, autocommit=True, **self._target.default)  # type: ignore[arg-type]
        except psycopg.ProgrammingError:  # its words repeat the URL, with the password
            raise StoreError(f"store {self.url}: this is no URL of a PostgreSQL database") from None
        connection.adapters.register_dumper(str, _TextDumper)
        if connection.info.server_version < 150000:
            found = connection.info.server_version // 10000
            raise StoreError(f"store {self.url}: PostgreSQL {found} is too old; 15 or newer is needed")
        if connection.info.encoding != "utf-8":
            connection.execute("SET client_encoding TO 'UTF8'")
        connection.execute("SELECT set_config('search_path', %s, false)", (self._target.schema,))
        return connection

    def _open(self) -> psycopg.Connection:
        """The connection, a new one where the one before broke."""
        if self._closed:
            raise StoreError(f"store {self.url}: it was closed")
        if self._connection.closed and not self._in_transaction:
            self._connection = self._connect()
        return self._connection

    def _commit(self, connection: psycopg.Connection, transaction: str) -> None:
        """Commits. Where the connection breaks before the answer, the server is asked later whether it did."""
        try:
            connection.execute("COMMIT")
        except psycopg.OperationalError as error:
            if not is_unreachable(error):
                raise
            self._in_transaction = False
            if not self._happened(transaction):
                raise
            _log.warning("store %s: the connection broke while a write was kept; it is there", self.url)

    def _happened(self, transaction: str) -> bool:
        def ask() -> str:
            return str(self._open().execute("SELECT pg_xact_status(%s::xid8)", (transaction,)).fetchall()[0][0])

        while (status := self.persist(ask)) == "in progress":
            time.sleep(0.05)
        return status == "committed"

    def _prepare(self) -> None:
        """Makes the tables, or brings those of an older version forward. StoreError for what is not a store."""
        schema = names.Identifier(self._target.schema)
        with self._errors():
            [[encoding]] = self._connection.execute("SHOW server_encoding").fetchall()
            if encoding != "UTF8":
                raise StoreError(
                    f"store {self.url}: the database keeps texts as {encoding}; make one with ENCODING 'UTF8'"
                )
            if self._version() == VERSION:
                return
        with self.transaction() as transaction:
            self.exclusive(transaction, "tables")  # another process may be first
            version = self._version()
            if version == VERSION:
                return
            if version == 0:
                if not transaction.execute(
                    "SELECT 1 FROM pg_namespace WHERE nspname = ?", (self._target.schema,)
                ).fetchone():
                    self._connection.execute(names.SQL("CREATE SCHEMA {}").format(schema))
                transaction.execute("CREATE TABLE gatepost_store (version INTEGER NOT NULL)")
                transaction.execute("INSERT INTO gatepost_store (version) VALUES (0)")
            for statement in ddl(POSTGRESQL) if version == 0 else steps(POSTGRESQL, version):
                transaction.execute(statement)
            transaction.execute(FOUND, (token_hex(8),))
            transaction.execute("UPDATE gatepost_store SET version = ?", (VERSION,))

    def _version(self) -> int:
        """Of the store in this schema, 0 where there is none yet."""
        tables = {
            table
            for [table] in self._connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s", (self._target.schema,)
            ).fetchall()
        }
        if not tables:
            return 0
        if "gatepost_store" not in tables:
            raise StoreError(
                f"store {self.url}: schema {self._target.schema} has tables of another program; name another by schema="
            )
        [[version]] = self._connection.execute("SELECT version FROM gatepost_store").fetchall()
        if version > VERSION:
            raise StoreError(
                f"store {self.url} was written by a newer gatepost (store version {version}, this one reads "
                f"{VERSION}); install the newer gatepost"
            )
        return int(version)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            kind = StoreUnreachable if is_unreachable(error) else StoreError
            raise kind(f"store {self.url}: {in_words(error)}") from None


class _Transaction:
    """Statements in the transaction that is open."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor:
        """Runs a statement once."""
        return self._connection.execute(_translated(statement), parameters)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> psycopg.Cursor:
        """Runs a statement for each row, without waiting for the answer to each."""
        cursor = self._connection.cursor()
        cursor.executemany(_translated(statement), rows)
        return cursor

    def copy(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Streams rows into a table."""
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)


class _Reader:
    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self._connection, self._schema = connection, schema

    def columns(self, table: str) -> tuple[str, ...]:
        found = self._connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
            " ORDER BY ordinal_position",
            (self._schema, table),
        ).fetchall()
        return tuple(name for [name] in found)

    def chunks(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        with self._connection.cursor("chunks") as cursor:
            cursor.execute(_translated(statement))
            while chunk := cursor.fetchmany(_CHUNK):
                yield chunk


class _TextDumper(StrDumper):
    """PostgreSQL has no NUL in a text; a server's reply or somebody's list may."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def _begin(connection: psycopg.Connection) -> str:
    """Begins, and says the number of the transaction: by it the server knows later what became of it."""
    cursor = connection.execute(_BEGIN)
    cursor.nextset()
    [[transaction]] = cursor.fetchall()
    return str(transaction)


@cache
def _translated(statement: str) -> str:
    """`?` as the marks of psycopg."""
    return statement.replace("%", "%%").replace("?", "%s")

"""One connection to PostgreSQL that threads share: opened again where it broke, and asked after what it left open."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg

from ... import _core
from ...process import Home, see_to_at_fork
from ..errors import StoreError, StoreUnreachable
from .errors import in_words, is_unreachable
from .statements import TextDumper
from .url import read_url

_PATIENCE = 1.0  # seconds that a fork waits for another thread's statement
_LONGEST_WAIT = 2.0  # seconds between two looks whether the server is back
_FROZEN = 10  # seconds after which the server ends a transaction in which nothing is done: others wait for its rows
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_current_xact_id()::text"
_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class PostgresqlConnection:
    """A lock lets one thread in at a time. It is of the process that made it."""

    def __init__(self, url: str, patience: float) -> None:
        """Connects to `url`."""
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
        connection.adapters.register_dumper(str, TextDumper)
        if connection.info.server_version < 150000:
            found = connection.info.server_version // 10000
            raise StoreError(f"store {self.url}: PostgreSQL {found} is too old; 15 or newer is needed")
        if connection.info.encoding != "utf-8":
            connection.execute("SET client_encoding TO 'UTF8'")
        connection.execute(
            "SELECT set_config('search_path', %s, false), set_config('idle_in_transaction_session_timeout', %s, false)",
            (self._target.schema, f"{_FROZEN}s"),
        )
        return connection

    def _open(self) -> psycopg.Connection:
        """The connection, a new one where the one before broke."""
        if self._closed:
            raise StoreError(f"store {self.url}: it was closed")
        if self._connection.closed and not self._in_transaction:
            self._connection = self._connect()
        return self._connection

    def _begin(self, connection: psycopg.Connection) -> str:
        """Begins, and says the number of the transaction: by it the server knows later what became of it."""
        cursor = connection.execute(_BEGIN)
        cursor.nextset()
        [[transaction]] = cursor.fetchall()
        return str(transaction)

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

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            kind = StoreUnreachable if is_unreachable(error) else StoreError
            raise kind(f"store {self.url}: {in_words(error)}") from None

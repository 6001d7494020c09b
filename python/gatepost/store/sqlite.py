"""The store in one SQLite file: opening and checking it, transactions, rows as columns, errors in words."""

from __future__ import annotations

import errno
import glob
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar, get_args

import polars as pl

from .. import _core
from ..arguments import one_of
from ..errors import with_errno
from ..process import Home, see_to_at_fork
from .database import Inserted
from .errors import StoreError
from .frames import FRAME_CHUNK, frame_of
from .many_rows import insert
from .migrations import steps
from .protocol import Durability
from .schema import SQLITE, VERSION, ddl
from .statements import FOUND, Insert
from .tables.store import TableStore

_APPLICATION_ID = 0x67706F73  # "gpos": tells our file from another program's
_CHUNK = 65_536
_Result = TypeVar("_Result")
_PATIENCE = 1.0  # seconds that a fork waits for another thread's statement


class SqliteStore(TableStore):
    """`Store` in a file in WAL mode; any number of threads and processes may use it at a time."""

    def __init__(self, path: str, *, busy_timeout: float = 60.0, durability: Durability = "machine") -> None:
        """Opens or makes the file. `busy_timeout`: seconds to wait while another process writes. `durability`: what
        has been written outlives a power cut ("machine"), or a crash of this process alone ("process"), which is
        sooner written.

        StoreError: no such folder, not a store, a store of a newer version, locked.
        """
        super().__init__(SqliteDatabase(path, busy_timeout, durability))


class SqliteDatabase:
    """One connection that threads share: a lock lets one of them in at a time. It is of the process that made it."""

    def __init__(self, path: str, busy_timeout: float, durability: Durability) -> None:
        """Opens `path`, makes the tables where it is new."""
        one_of(*get_args(Durability))("durability", durability)
        self.url = path
        self._patience = busy_timeout  # seconds that the connection waits now
        self._synchronous = "FULL" if durability == "machine" else "NORMAL"
        self._home = Home()
        self._lock = threading.RLock()
        if not Path(path).parent.is_dir():
            raise with_errno(
                StoreError(f"cannot open store {path}: the folder {Path(path).parent} does not exist"), errno.ENOENT
            )
        if Path(path).exists() and not Path(path).is_file():
            raise StoreError(f"cannot open store {path}: it is not a regular file")
        self._make_private()
        with self._errors():
            self._connection = sqlite3.connect(
                path, timeout=busy_timeout, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise
        see_to_at_fork(self)

    def before_fork(self) -> bool:
        """No other thread is inside SQLite; False where one does not come out."""
        return self._lock.acquire(timeout=_PATIENCE)

    def after_fork_in_parent(self, quiet: bool) -> None:
        """Lets threads in again."""
        if quiet:
            self._lock.release()

    def after_fork_in_child(self, quiet: bool) -> None:
        """The child has a connection that holds none of its locks, and SQLite would count on them for others that it
        opens: it is closed, which touches nothing in the file, as the parent still has it. In the middle of a
        statement it can only be left as it is."""
        if quiet and not self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.close()
        else:
            _core.keep_for_ever(self._connection)
        if quiet:
            self._lock.release()

    def _make_private(self) -> None:
        """A new file is its owner's alone: it has addresses and replies. SQLite gives its -wal and -shm the same mode.

        The mode of a file that is there already is somebody's wish.
        """
        if self.url == ":memory:":
            return
        with suppress(OSError):  # of what cannot be made, SQLite says more
            os.close(os.open(self.url, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
            sync_folder(Path(self.url).absolute().parent)

    def close(self) -> None:
        """Closes the file; twice does no harm, nor does it in a child of the process that opened it."""
        if not self._home.here:
            return
        with self._lock:
            self._connection.close()

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """What this thread writes inside waits so long at most for others that write, StoreError then."""
        self._home.check()
        began = time.monotonic()
        if not self._lock.acquire(timeout=max(seconds, 0.0)):
            raise StoreError(f"store {self.url}: another thread is waiting for it; it was not written to in time")
        before = self._patience
        try:
            self._wait_at_most(min(before, max(0.0, seconds - (time.monotonic() - began))))
            yield
        finally:
            if self._home.here:
                self._wait_at_most(before)
            if self._home.here:
                self._lock.release()

    def _wait_at_most(self, seconds: float) -> None:
        self._patience = seconds
        with self._errors():
            self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is kept, or nothing where it raises."""
        self._home.check()
        with self._lock, self._errors():
            if self._connection.in_transaction:
                raise StoreError("this store is already in the middle of a write of the same thread")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._home.check()  # a child that was forked in here has no part in it
                self._connection.execute("COMMIT")
            except BaseException:
                if self._home.here and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def exclusive(self, transaction: sqlite3.Connection, what: str) -> None:
        """A transaction that writes is alone anyway."""

    def wall(self, transaction: sqlite3.Connection, ours: float) -> float:
        """This machine's: nobody else has the file."""
        return ours

    def insert(self, transaction: sqlite3.Connection, statement: Insert, rows: Iterable[Sequence[Any]]) -> Inserted:
        """Adds rows, many with one statement."""
        return insert(transaction, statement, rows)

    @contextmanager
    def snapshot(self) -> Iterator[_Reader]:
        """Reads as of now; in WAL mode others may write meanwhile."""
        self._home.check()
        with self._lock, self._errors():
            self._connection.execute("BEGIN")
            try:
                yield _Reader(self._connection)
            finally:
                self._connection.execute("ROLLBACK")

    def count_on(self, transaction: sqlite3.Connection, tables: Sequence[str]) -> None:
        """A key is one more than the largest anyway."""

    def damage(self) -> list[str]:
        """What SQLite says of the file and of rows that refer to others."""
        found = [str(line) for [line] in self.rows("PRAGMA integrity_check(20)") if line != "ok"]
        broken = len(self.rows("PRAGMA foreign_key_check"))
        return found + ([f"{broken:,} rows refer to others that are not there"] if broken else [])

    def vacuum(self) -> None:
        """Writes the file anew, without what was deleted, and empties the -wal beside it."""
        self._home.check()
        with self._lock, self._errors():
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.execute("PRAGMA optimize")

    def persist(self, call: Callable[[], _Result]) -> _Result:
        """Once: a file does not go away and come back."""
        return call()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows as tuples."""
        self._home.check()
        with self._lock, self._errors():
            return self._connection.execute(statement, parameters).fetchall()

    def frame(
        self, statement: str, parameters: Sequence[Any], columns: Mapping[str, type[pl.DataType]]
    ) -> pl.DataFrame:
        """All rows as a DataFrame of these columns, a chunk at a time so that no list holds all of them."""
        self._home.check()
        with self._lock, self._errors():
            cursor = self._connection.execute(statement, parameters)
            return frame_of(iter(lambda: cursor.fetchmany(FRAME_CHUNK), []), columns)

    def _prepare(self) -> None:
        with self._errors():
            self._connection.execute("PRAGMA foreign_keys = ON")
            self._connection.execute(f"PRAGMA synchronous = {self._synchronous}")
            self._connection.execute("PRAGMA fullfsync = ON")  # where fsync does not reach the disk (macOS)
            if not self._is_current():
                with self.transaction() as connection:
                    if not self._is_current():  # another process may have been first
                        for statement in self._upgrade():
                            connection.execute(statement)
                        connection.execute(FOUND, (token_hex(8),))
                        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                        connection.execute(f"PRAGMA user_version = {VERSION}")
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA wal_autocheckpoint = 4000")
            self._connection.execute("PRAGMA cache_size = -16384")  # KiB; what is sorted takes as much again

    def _upgrade(self) -> list[str]:
        """What makes an empty file or a store of an older version one of this version."""
        [[version]] = self._connection.execute("PRAGMA user_version").fetchall()
        if version == 0:
            self._must_be_new()
            return ddl(SQLITE)
        return steps(SQLITE, version)

    def _must_be_new(self) -> None:
        """StoreError where the journal of a run lies beside an empty file: there was a store, which knew who has a
        letter already."""
        path = Path(self.url).absolute()
        if self.url != ":memory:" and (journals := sorted(path.parent.glob(f"{glob.escape(path.name)}.*.journal*"))):
            raise StoreError(
                f"store {self.url} is empty, but {journals[0].name} beside it is the journal of a run: the store was"
                " emptied or replaced, and nobody would know who has a letter already. Put the store back, or remove"
                " the journal if everything may be sent again"
            )

    def _is_current(self) -> bool:
        """False where the file is empty or a store of an older version. StoreError for anything else but a store."""
        [[tables]] = self._connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchall()
        [[application]] = self._connection.execute("PRAGMA application_id").fetchall()
        [[version]] = self._connection.execute("PRAGMA user_version").fetchall()
        if tables == 0:
            return False
        if application != _APPLICATION_ID:
            raise StoreError(f"{self.url} is a database of another program; give the path of a gatepost store")
        if version > VERSION:
            raise StoreError(
                f"store {self.url} was written by a newer gatepost (store version {version}, this one reads "
                f"{VERSION}); install the newer gatepost"
            )
        return bool(version == VERSION)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"store {self.url}: {_in_words(error)}") from error


class _Reader:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def columns(self, table: str) -> tuple[str, ...]:
        return tuple(one[1] for one in self._connection.execute(f"PRAGMA table_info({table})").fetchall())

    def chunks(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        cursor = self._connection.execute(statement)
        while chunk := cursor.fetchmany(_CHUNK):
            yield chunk


def sync_folder(folder: Path) -> None:
    """The names of the files in it outlive a power cut."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _in_words(error: sqlite3.Error) -> str:
    text = str(error)
    if "locked" in text or "busy" in text:
        return "another program is writing to it; let it finish or stop it, then try again"
    if "not a database" in text:
        return "the file is not a database; give the path of a gatepost store or of a new file"
    if "unable to open" in text:
        return "the file cannot be opened; check that it is a file that you may read and write"
    if "readonly" in text:
        return "the file is read-only; make the file and its folder writable"
    if "disk I/O error" in text:
        return "its disk failed or became read-only; look into the log of the system; nothing of this write was kept"
    if "full" in text:
        return "the disk is full; nothing of this write was kept"
    if "closed database" in text:
        return "it was closed"
    if "malformed" in text:
        return f"the file is damaged ({text}); restore it from a backup"
    return text

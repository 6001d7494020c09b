"""How accounts stand: active, paused, blocked; when they last sent; kept in one store that all processes share."""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..durations import duration
from ..errors import GatepostError
from ..language import gettext as _
from .places import make_private
from .server_words import said_and_meaning

if TYPE_CHECKING:
    from ..store import Store

ACTIVE, INACTIVE, PAUSED, BLOCKED, NOT_ACTIVATED = "active", "inactive", "paused", "blocked", "not activated"

SERVER = "the server's reply"
"""Who set a state that no person did; only such a state is replaced and ended by what servers say."""

_TABLE = """CREATE TABLE IF NOT EXISTS account_states (
    account TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL DEFAULT 'active',
    why TEXT NOT NULL DEFAULT '',
    until_at DOUBLE PRECISION,
    set_by TEXT NOT NULL DEFAULT '',
    since DOUBLE PRECISION,
    last_success DOUBLE PRECISION,
    last_error_at DOUBLE PRECISION,
    last_error TEXT NOT NULL DEFAULT '')"""
_COLUMNS = "status, why, until_at, set_by, since, last_success, last_error_at, last_error"


class AccountPaused(GatepostError):
    """The account sends nothing now. `account`, `why`, and `until` (Unix seconds; None: until somebody resumes it)."""

    def __init__(self, account: str, state: AccountState) -> None:
        super().__init__(
            _("account {name} is {state}; `gatepost account resume {name}` lets it send again").format(
                name=account, state=state.in_words()
            )
        )
        self.account, self.why, self.until = account, state.why, state.until


@dataclass(frozen=True, slots=True)
class AccountState:
    """How an account stands. Times are Unix seconds.

    `status`: active, paused, blocked (by its provider) or not activated (at its provider); with `why`, `until` (None:
    until somebody resumes it), `by` (who said so) and `since`.
    """

    status: str = ACTIVE
    why: str = ""
    until: float | None = None
    by: str = ""
    since: float | None = None
    last_success: float | None = None
    last_error_at: float | None = None
    last_error: str = ""

    def _stops(self, now: float) -> bool:
        """Whether nothing goes through it now."""
        return self.status != ACTIVE and (self.until is None or now < self.until)

    def in_words(self) -> str:
        """ "paused until 2026-11-30 14:00 (in 2 h) by ivan: holidays"."""
        if self.status == ACTIVE or not self.why:
            return self._in_short()
        said, meaning = said_and_meaning(self.why)
        return f"{self._in_short()}: {said}" + (f" ({meaning})" if meaning else "")

    def _in_short(self) -> str:
        """The same without the reason."""
        words = status_words(self.status)
        if self.status == ACTIVE:
            return words
        if self.until is not None:
            words = _("{status} until {moment} (in {wait})").format(
                status=words,
                moment=time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.until)),
                wait=duration(max(0, round(self.until - time.time()))),
            )
        if self.by == SERVER:
            return _("{state} by the server's reply").format(state=words)
        return _("{state} by {who}").format(state=words, who=self.by) if self.by else words


def status_words(status: str) -> str:
    """A status in the language of the moment."""
    words = {
        ACTIVE: _("active"),
        INACTIVE: _("inactive"),
        PAUSED: _("paused"),
        BLOCKED: _("blocked"),
        NOT_ACTIVATED: _("not activated"),
    }
    return words.get(status, status)


class StateStore:
    """The states of the accounts of one file, in `state.db`: a gatepost store with one table more.

    As it is a store, what accounts send is counted in it (`store.sent_times`), whichever process sends.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.db"
        self._opened: Store | None = None
        self._database: Any = None

    @property
    def store(self) -> Store:
        """The store, made where it is not there. StoreError where it cannot be."""
        if self._opened is None:
            from ..store.sqlite import SqliteDatabase
            from ..store.tables.store import TableStore

            make_private(self.path.parent)
            database = SqliteDatabase(str(self.path), 10.0, "process")
            with database.transaction() as connection:
                connection.execute(_TABLE)
            self._database, self._opened = database, TableStore(database)
            weakref.finalize(self, database.close)
        return self._opened

    def read(self, account: str) -> AccountState:
        """How an account stands, a pause that is over not counted."""
        if not self.path.exists():
            return AccountState()
        rows = self._rows(f"SELECT {_COLUMNS} FROM account_states WHERE account = ?", (account,))
        state = AccountState(*rows[0]) if rows else AccountState()
        if state.status != ACTIVE and not state._stops(time.time()):
            return AccountState(
                last_success=state.last_success, last_error_at=state.last_error_at, last_error=state.last_error
            )
        return state

    def stop(
        self, account: str, status: str, why: str, until: float | None, by: str, since: float | None = None
    ) -> None:
        """From now on, or since then, nothing goes through the account. What a server says does not replace what a
        person said."""
        self._write(
            account,
            "UPDATE account_states SET status = ?, why = ?, until_at = ?, set_by = ?, since = ? WHERE account = ?"
            " AND (? OR status = 'active' OR until_at < ? OR set_by = ?)",
            (status, why, until, by, since or time.time(), account, by != SERVER, time.time(), SERVER),
        )

    def resume(self, account: str) -> None:
        """It may send again."""
        self._write(
            account,
            "UPDATE account_states SET status = 'active', why = '', until_at = NULL, set_by = '', since = ?"
            " WHERE account = ?",
            (time.time(), account),
        )

    def succeeded(self, account: str, at: float, begun: float) -> None:
        """A server took what was `begun` then, at `at`: what it had against the account before is over."""
        self._write(account, "UPDATE account_states SET last_success = ? WHERE account = ?", (at, account))
        self.end_of_servers(account, begun)

    def end_of_servers(self, account: str, until: float | None = None) -> None:
        """Forgets what a server had against the account, or had until then; what a person said stays."""
        if self.path.exists():
            self._write(
                account,
                "UPDATE account_states SET status = 'active', why = '', until_at = NULL, set_by = ''"
                " WHERE account = ? AND set_by = ? AND since <= ?",
                (account, SERVER, until or time.time()),
            )

    def failed(self, account: str, at: float, words: str) -> None:
        """What went wrong last."""
        self._write(
            account,
            "UPDATE account_states SET last_error_at = ?, last_error = ? WHERE account = ?",
            (at, words, account),
        )

    def forget(self, account: str) -> None:
        """Removes what is known of an account that is no more."""
        if self.path.exists():
            with self._transaction() as connection:
                connection.execute("DELETE FROM account_states WHERE account = ?", (account,))

    def close(self) -> None:
        """Closes the file; the next call opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _transaction(self) -> Any:
        _ = self.store
        return self._database.transaction()

    def _rows(self, statement: str, parameters: tuple[Any, ...]) -> list[Any]:
        _ = self.store
        rows: list[Any] = self._database.rows(statement, parameters)
        return rows

    def _write(self, account: str, statement: str, parameters: tuple[Any, ...]) -> None:
        with self._transaction() as connection:
            connection.execute("INSERT INTO account_states (account) VALUES (?) ON CONFLICT DO NOTHING", (account,))
            connection.execute(statement, parameters)

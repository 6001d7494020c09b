"""The store in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat, starmap
from typing import Any, cast

import polars as pl

from . import statements as sql
from .columns import ATTEMPTS, RESULTS, SUPPRESSIONS, pick
from .database import Database
from .errors import StaleRun, StoreError
from .many_rows import insert
from .rows import Accepted, Attempt, CampaignRecord, LeasedRecipient, NewRecipient, Settled, Status

_ADDRESSES_PER_QUERY = 5_000
_NONE_QUEUED = 2**63 - 1  # as the row from which on some may be queued
_WORDS = {status: status.value for status in Status}


class SqliteStore:
    """`Store` in a file in WAL mode; any number of threads and processes may use it at a time."""

    def __init__(self, path: str, *, busy_timeout: float = 10.0) -> None:
        """Opens or makes the file. `busy_timeout`: seconds to wait while another process writes.

        StoreError: no such folder, not a store, a store of a newer version, locked.
        """
        self.url = path
        self._db = Database(path, busy_timeout)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"SqliteStore({self.url!r})"

    # --- campaigns ---------------------------------------------------------------------------------------------------

    def create_campaign(self, name: str, spec: Mapping[str, Any], blobs: Mapping[str, bytes]) -> int:
        """A new campaign; see `Store`."""
        with self._db.transaction() as connection:
            try:
                row = (name, time.time(), json.dumps(spec, ensure_ascii=False))
                [[campaign_id]] = connection.execute(sql.NEW_CAMPAIGN, row).fetchall()
            except sqlite3.IntegrityError:
                raise StoreError(
                    f"store {self.url} already has a campaign {name!r}; open it or choose another name"
                ) from None
            connection.executemany(sql.NEW_BLOB, blobs.items())
            connection.executemany(sql.USE_BLOB, [(campaign_id, sha256) for sha256 in blobs])
            return int(campaign_id)

    def campaign(self, name: str) -> CampaignRecord | None:
        """The campaign of this name."""
        found = self._db.rows(f"{sql.CAMPAIGNS} WHERE name = ?", (name,))
        return _campaign(found[0]) if found else None

    def campaigns(self) -> list[CampaignRecord]:
        """All campaigns, oldest first."""
        return [_campaign(row) for row in self._db.rows(f"{sql.CAMPAIGNS} ORDER BY id")]

    def delete_campaign(self, campaign_id: int) -> None:
        """Removes a campaign that never began; see `Store`."""
        with self._db.transaction() as connection:
            if connection.execute(sql.BEGAN, (campaign_id,)).fetchone():
                raise StoreError("letters of this campaign were sent already: it stays; cancel it instead")
            connection.execute(sql.DELETE_CAMPAIGN, (campaign_id,))
            connection.execute(sql.DELETE_UNUSED_BLOBS)

    def set_state(self, campaign_id: int, state: str) -> None:
        """Writes down what the campaign is doing."""
        with self._db.transaction() as connection:
            if connection.execute(sql.SET_STATE, (state, campaign_id)).rowcount == 0:
                raise self._no_campaign(campaign_id)

    def blob(self, sha256: str) -> bytes:
        """A shared part by its SHA-256 in hex. StoreError where there is none."""
        found = self._db.rows(sql.BLOB, (sha256,))
        if not found:
            raise StoreError(f"store {self.url} holds no part with SHA-256 {sha256}")
        return cast(bytes, found[0][0])

    # --- the ledger --------------------------------------------------------------------------------------------------

    def add_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Adds all rows or none; see `Store`."""
        values = ((campaign_id, r[0], r[1], r[2], r[3], _WORDS[r[4]], r[5]) for r in rows)
        with self._db.transaction() as connection:
            try:
                connection.execute(sql.QUEUED_FROM, (0, campaign_id))
                return insert(connection, sql.ADD_RECIPIENTS, values)
            except sqlite3.IntegrityError as error:
                if error.sqlite_errorcode in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
                    raise StoreError(
                        "a row number of the list is in this campaign already; nothing was added"
                    ) from None
                raise self._no_campaign(campaign_id) from None

    def begin_run(self, campaign_id: int) -> int:
        """The epoch of a new run; see `Store`."""
        with self._db.transaction() as connection:
            found = connection.execute(sql.NEXT_EPOCH, (campaign_id,)).fetchall()
            if not found:
                raise self._no_campaign(campaign_id)
            return int(found[0][0])

    def lease(self, campaign_id: int, epoch: int, limit: int, now: float) -> list[LeasedRecipient]:
        """Recipients to send to now; see `Store`."""
        with self._db.transaction() as connection:
            queued_from = self._check_epoch(connection, campaign_id, epoch)
            # A retry that is due has waited already, so it goes before those that were never tried.
            due = connection.execute(sql.DUE, (campaign_id, now, limit)).fetchall()
            connection.executemany(sql.LEASE_DUE, [(campaign_id, row[0]) for row in due])
            new = self._lease_queued(connection, campaign_id, queued_from, limit - len(due))
            return list(starmap(LeasedRecipient, (*sorted(due), *new)))

    def _lease_queued(
        self, connection: sqlite3.Connection, campaign_id: int, queued_from: int, limit: int
    ) -> list[tuple[Any, ...]]:
        if limit == 0 or queued_from == _NONE_QUEUED:
            return []
        new = connection.execute(sql.QUEUED, (campaign_id, queued_from, limit)).fetchall()
        if new:
            connection.execute(sql.LEASE_QUEUED, (campaign_id, new[0][0], new[-1][0]))
        behind = new[-1][0] + 1 if len(new) == limit else _NONE_QUEUED
        connection.execute(sql.QUEUED_FROM, (behind, campaign_id))
        return new

    def in_flight(self, campaign_id: int) -> list[LeasedRecipient]:
        """Those that are marked `sending`."""
        return [LeasedRecipient(*row) for row in self._db.rows(sql.IN_FLIGHT, (campaign_id,))]

    def settle(
        self, campaign_id: int, epoch: int, rows: Sequence[Settled], attempts: Sequence[Attempt] = (),
        accepted: Sequence[Accepted] = (),
    ) -> None:  # fmt: skip
        """The verdicts and the history of one batch; see `Store`."""
        # one[2:10] is what was said: category to at.
        tried = [
            (_WORDS[one.status], *one[2:10], one.at, one.next_at, one.detail, campaign_id, one.row)
            for one in rows
            if one.counts
        ]
        untried = [_untried(campaign_id, row) for row in rows if not row.counts]
        with self._db.transaction() as connection:
            self._check_epoch(connection, campaign_id, epoch)
            written = connection.executemany(sql.SETTLE_TRIED, tried).rowcount if tried else 0
            written += connection.executemany(sql.SETTLE_UNTRIED, untried).rowcount if untried else 0
            written += sum(_settle_accepted(connection, campaign_id, some) for some in accepted)
            missing = len(rows) + sum(map(len, accepted)) - written
            if missing:
                raise StoreError(f"{missing} settled rows are not in this campaign; nothing was kept")
            queued = min((one.row for one in rows if one.status is Status.QUEUED), default=_NONE_QUEUED)
            if queued != _NONE_QUEUED:
                connection.execute(sql.QUEUED_AGAIN, (queued, campaign_id, queued))
            insert(connection, sql.ADD_ATTEMPTS, chain(attempts, *map(_attempts, accepted)))

    def requeue(self, campaign_id: int, statuses: Sequence[Status], categories: Sequence[str] = ()) -> int:
        """Puts ended recipients back to `queued`; see `Store`."""
        if not statuses:
            return 0
        parameters = (campaign_id, *(Status(status).value for status in statuses), *categories)
        with self._db.transaction() as connection:
            connection.execute(sql.QUEUED_FROM, (0, campaign_id))
            return connection.execute(sql.requeue(len(statuses), len(categories)), parameters).rowcount

    def waiting(self, campaign_id: int) -> tuple[bool, int]:
        """What a run still has to do; see `Store`."""
        [[retrying]] = self._db.rows(sql.RETRYING, (campaign_id,))
        found = self._db.rows(sql.EPOCH, (campaign_id,))
        queued_from = found[0][1] if found else _NONE_QUEUED
        if queued_from == _NONE_QUEUED:
            return False, retrying
        return bool(self._db.rows(sql.QUEUED, (campaign_id, queued_from, 1))), retrying

    def next_due(self, campaign_id: int) -> float | None:
        """When the earliest retry is due."""
        [[due]] = self._db.rows(sql.NEXT_DUE, (campaign_id,))
        return cast("float | None", due)

    def counts(self, campaign_id: int) -> dict[Status, int]:
        """Recipients by state, every state a key."""
        found = {Status(status): count for status, count in self._db.rows(sql.COUNTS, (campaign_id,))}
        return {status: found.get(status, 0) for status in Status}

    def accepted(self, campaign_id: int) -> dict[str, tuple[int, int]]:
        """Letters that were accepted, by account; see `Store`."""
        return {account: (count, later) for account, count, later in self._db.rows(sql.ACCEPTED, (campaign_id,))}

    def results(
        self, campaign_id: int, columns: Sequence[str] | None = None, statuses: Sequence[Status] = tuple(Status)
    ) -> pl.DataFrame:
        """One row per recipient; see `Store`."""
        chosen = pick(RESULTS, columns)
        statement = sql.results(", ".join(chosen), len(statuses))
        return self._db.frame(statement, (campaign_id, *(_WORDS[one] for one in statuses)), chosen)

    # --- the history -------------------------------------------------------------------------------------------------

    def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Adds rows to the history."""
        with self._db.transaction() as connection:
            insert(connection, sql.ADD_ATTEMPTS, attempts)

    def attempts(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        status: str | None = None,
        account: str | None = None,
        campaign: str | None = None,
        last: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Attempts in order of time; see `Store`."""
        chosen = pick(ATTEMPTS, columns)
        asked = {
            "at >= ?": since,
            "at < ?": until,
            "status = ?": status,
            "account = ?": account,
            "campaign = ?": campaign,
        }
        given = {condition: value for condition, value in asked.items() if value is not None}
        parameters = [*given.values(), *([] if last is None else [last])]
        statement = sql.attempts(", ".join(chosen), list(given), last is not None)
        frame = self._db.frame(statement, parameters, chosen)
        return frame if last is None else frame.reverse()

    def sent_times(self, account: str, since: float) -> list[float]:
        """When this account sent letters; see `Store`."""
        return [at for [at] in self._db.rows(sql.SENT_TIMES, (account, since))]

    # --- suppressions ------------------------------------------------------------------------------------------------

    def suppress(self, addresses: Sequence[str], reason: str, at: float) -> None:
        """Never again to these addresses."""
        with self._db.transaction() as connection:
            connection.executemany(sql.SUPPRESS, [(_key(address), reason, at) for address in addresses])

    def unsuppress(self, addresses: Sequence[str]) -> None:
        """To these addresses again."""
        with self._db.transaction() as connection:
            connection.executemany(sql.UNSUPPRESS, [(_key(address),) for address in addresses])

    def suppressions(self) -> pl.DataFrame:
        """address, reason, at; oldest first."""
        return self._db.frame(sql.SUPPRESSIONS, (), SUPPRESSIONS)

    def suppressed_among(self, addresses: Sequence[str]) -> dict[str, str]:
        """address -> reason for those that are suppressed."""
        asked = list({_key(address) for address in addresses})
        reasons: dict[str, str] = {}
        for start in range(0, len(asked), _ADDRESSES_PER_QUERY):
            part = asked[start : start + _ADDRESSES_PER_QUERY]
            reasons.update(self._db.rows(sql.suppressed_among(len(part)), part))
        if not reasons:
            return {}
        return {address: reasons[key] for address in addresses if (key := _key(address)) in reasons}

    def _check_epoch(self, connection: sqlite3.Connection, campaign_id: int, epoch: int) -> int:
        """The row from which on some may be queued. StaleRun where another run took over."""
        found = connection.execute(sql.EPOCH, (campaign_id,)).fetchall()
        if not found:
            raise self._no_campaign(campaign_id)
        if found[0][0] != epoch:
            raise StaleRun(
                "another run took over this campaign; this one has to stop, nothing of its last write was kept"
            )
        return int(found[0][1])

    def _no_campaign(self, campaign_id: int) -> StoreError:
        return StoreError(f"store {self.url} has no campaign with id {campaign_id}")


def _campaign(row: tuple[int, str, float, str, str]) -> CampaignRecord:
    campaign_id, name, created, state, spec = row
    return CampaignRecord(campaign_id, name, created, state, json.loads(spec))


def _settle_accepted(connection: sqlite3.Connection, campaign_id: int, some: Accepted) -> int:
    said = (some.code, some.enhanced, some.reply, some.account, some.queue_id, some.message_id)
    values = zip(*said, some.at, some.at, repeat(campaign_id), some.row, strict=False)
    return connection.executemany(sql.SETTLE_ACCEPTED, values).rowcount


def _attempts(some: Accepted) -> Iterable[tuple[Any, ...]]:
    domains = [address.rpartition("@")[2] for address in some.address]
    return zip(
        some.at, some.seconds, some.account, some.address, domains, repeat("accepted"), repeat("final"), repeat(""),
        some.code, some.enhanced, some.reply, some.queue_id, some.message_id, some.bytes, repeat(some.campaign),
        some.row, strict=False,
    )  # fmt: skip


def _untried(campaign_id: int, row: Settled) -> tuple[Any, ...]:
    said = (
        row.category, row.code, row.enhanced, row.reply, row.account, row.queue_id, row.message_id, row.at, row.detail,
    )  # fmt: skip
    return (row.status.value, *(value or None for value in said), row.next_at, campaign_id, row.row)


def _key(address: str) -> str:
    if address.islower():
        return address
    local, at, domain = address.rpartition("@")
    return local + at + domain.lower()

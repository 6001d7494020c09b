"""The one door to what is remembered: campaigns, their recipients (the ledger), attempts (the history), suppressions.

Nothing above this file knows which database stands behind it. SQLite is in `sqlite.py`; a PostgreSQL store follows with
the same statements, and one conformance suite runs on both. Times are Unix seconds, addresses are in wire form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from os import PathLike, fspath
from typing import Any, NamedTuple, Protocol

import polars as pl

from ..errors import GatepostError


class Status(StrEnum):
    """The one state of a (campaign, recipient)."""

    QUEUED = "queued"
    SENDING = "sending"  # leased by a run; after a crash the run's journal decides what it was
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRYING = "retrying"
    UNKNOWN = "unknown"  # the final dot may have gone out and no reply was seen
    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"  # still temporary when the retries were used up


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign as stored: `spec` is JSON (template, from, accounts by name, blobs by SHA-256)."""

    id: int
    name: str
    created: float
    state: str  # new | running | paused | done | cancelled
    spec: dict[str, Any]


class NewRecipient(NamedTuple):
    """A row of the list as it was read. `row` counts from 1 as the user's file does."""

    row: int
    email: str  # as written in the list
    address: str  # wire form; "" where invalid
    fields: str  # JSON object of all columns
    status: Status  # queued, suppressed, invalid or duplicate
    detail: str = ""  # why it will not be sent, in words


class LeasedRecipient(NamedTuple):
    """A recipient to send to now."""

    row: int
    email: str
    address: str
    fields: str
    attempts: int  # tries before this one
    message_id: str  # of the first attempt, or "": the same for every attempt


class Settled(NamedTuple):
    """What an attempt did to a recipient."""

    row: int
    status: Status
    category: str = ""
    code: int = 0
    enhanced: str = ""
    reply: str = ""
    account: str = ""
    queue_id: str = ""
    message_id: str = ""
    at: float = 0.0
    next_at: float | None = None  # retrying: when it is due
    counts: bool = True  # False: nothing was tried (released, expired): the attempts stay as they are
    detail: str = ""  # our words; `reply` has the server's


class Attempt(NamedTuple):
    """One try to deliver one letter to one recipient; a row of the history."""

    at: float  # when the server's verdict came
    seconds: float  # from hand-over to a connection to the verdict
    account: str
    recipient: str
    domain: str
    status: str  # accepted | refused | retrying | unknown
    phase: str
    category: str
    code: int
    enhanced: str
    reply: str
    queue_id: str
    message_id: str
    bytes: int
    campaign: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Accepted:
    """Letters that a server took, by column: what a `Settled` and an `Attempt` for each of them would say."""

    row: Sequence[int]
    at: Sequence[float]
    seconds: Sequence[float]
    account: Sequence[str]
    address: Sequence[str]
    code: Sequence[int]
    enhanced: Sequence[str]
    reply: Sequence[str]
    queue_id: Sequence[str]
    message_id: Sequence[str]
    bytes: Sequence[int]
    campaign: str

    def __len__(self) -> int:
        return len(self.row)


class StoreError(GatepostError):
    """The store cannot do what was asked; the message says what to do."""


class StaleRun(StoreError):
    """Another run took over this campaign: nothing of this write was kept."""


class Store(Protocol):
    """A dozen statements. Each writing call is one transaction; bulk calls take any number of rows."""

    url: str

    def close(self) -> None:
        """Ends the connection; twice does no harm."""

    # campaigns
    def create_campaign(self, name: str, spec: Mapping[str, Any], blobs: Mapping[str, bytes]) -> int:
        """A new campaign with its shared parts (SHA-256 hex -> bytes). StoreError where the name is taken."""

    def campaign(self, name: str) -> CampaignRecord | None:
        """The campaign of this name, or None."""

    def campaigns(self) -> list[CampaignRecord]:
        """All campaigns, oldest first."""

    def delete_campaign(self, campaign_id: int) -> None:
        """Removes a campaign that never began together with its recipients; StoreError where a letter was tried."""

    def set_state(self, campaign_id: int, state: str) -> None:
        """Writes down what the campaign is doing."""

    def blob(self, sha256: str) -> bytes:
        """A shared part by its SHA-256 in hex. StoreError where there is none."""

    # the ledger
    def add_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Adds all rows or none; returns how many."""

    def begin_run(self, campaign_id: int) -> int:
        """The epoch of a new run, higher than any before it; writes of older runs raise StaleRun from now on."""

    def lease(self, campaign_id: int, epoch: int, limit: int, now: float) -> list[LeasedRecipient]:
        """Up to `limit` recipients that are queued, or retrying and due, marked `sending` before this returns."""

    def in_flight(self, campaign_id: int) -> list[LeasedRecipient]:
        """Those marked `sending`: after a crash, what the journal must decide."""

    def settle(
        self, campaign_id: int, epoch: int, rows: Sequence[Settled], attempts: Sequence[Attempt] = (),
        accepted: Sequence[Accepted] = (),
    ) -> None:  # fmt: skip
        """The verdicts and the history rows of one batch, in one transaction."""

    def requeue(self, campaign_id: int, statuses: Sequence[Status], categories: Sequence[str] = ()) -> int:
        """Puts ended recipients back to `queued` (`c.failed().resend()`); returns how many."""

    def waiting(self, campaign_id: int) -> tuple[bool, int]:
        """Whether any recipient is queued, and how many are retrying: what a run still has to do."""

    def next_due(self, campaign_id: int) -> float | None:
        """When the earliest retrying recipient is due; None where none is."""

    def counts(self, campaign_id: int) -> dict[Status, int]:
        """How many recipients stand in each state; every state is a key."""

    def accepted(self, campaign_id: int) -> dict[str, tuple[int, int]]:
        """By account in order of names: letters that it brought there, and how many of them not at the first try."""

    def results(
        self, campaign_id: int, columns: Sequence[str] | None = None, statuses: Sequence[Status] = tuple(Status)
    ) -> pl.DataFrame:
        """One row per recipient in list order: row, email, address, status, category, code, enhanced, reply, attempts,
        account, queue_id, message_id, first_at, last_at, next_at, detail, fields. `columns`, `statuses`: only these."""

    # the history
    def add_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Adds rows to the history."""

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
        """Attempts with since <= at < until in order of time, columns as in `Attempt`; `last`: only the newest n;
        `columns`: only these. "" as `campaign` selects the letters that were sent outside any campaign."""

    def sent_times(self, account: str, since: float) -> list[float]:
        """When this account sent letters, for its hourly and daily limits (C3), ascending. Attempts that ended before
        MAIL FROM cost nothing and are left out."""

    # suppressions; the case of a domain means nothing (RFC 5321 §2.4)
    def suppress(self, addresses: Sequence[str], reason: str, at: float) -> None:
        """Never again to these addresses; the newest reason stands."""

    def unsuppress(self, addresses: Sequence[str]) -> None:
        """To these addresses again."""

    def suppressions(self) -> pl.DataFrame:
        """address, reason, at."""

    def suppressed_among(self, addresses: Sequence[str]) -> dict[str, str]:
        """address -> reason for those that are suppressed."""


def open_store(store: str | PathLike[str] | Store) -> Store:
    """A path (SQLite, made where absent) or a Store that is open already. StoreError for an unknown scheme."""
    if isinstance(store, PathLike):
        store = fspath(store)
    if not isinstance(store, str):
        return store
    if "://" in store:
        scheme = store.split("://")[0]
        raise StoreError(f"{scheme}:// stores are not supported by this version; give a file path (SQLite)")
    from .sqlite import SqliteStore

    return SqliteStore(store)

"""The one door to what is remembered: campaigns, their workers, their recipients (the ledger), attempts (the history),
what was heard later (events), the tokens of limits, suppressions.

Nothing above this room knows which database stands behind it: each has a file of its own beside this one
(`sqlite.py`), with the same tables and statements, and one conformance suite runs on all. Times are Unix seconds,
addresses are in wire form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from .history_rows import AcceptedBatch, Attempt, Event, EventKind, SentTo
from .rows import (
    CampaignRecord,
    Forgotten,
    LeasedRecipient,
    NewRecipient,
    Place,
    Rows,
    Settled,
    Status,
    Waiting,
    Worker,
    WorkerRecord,
)
from .tokens import Moment, TokenGrant, TokenRequest

if TYPE_CHECKING:
    import polars as pl

Durability: TypeAlias = Literal["machine", "process"]
"""Whose end a write outlives once it has returned: the machine's (a power cut), or only that of the process."""


class Store(Protocol):
    """Each writing call is one transaction; bulk calls take any number of rows."""

    url: str  # for people: without secrets

    @property
    def identity(self) -> str:
        """By what the files are named that a run keeps on this machine: the path, or a URL that no other store has."""

    def fact(self, name: str) -> str:
        """What the store says of itself: "uid", which no other store has; "" for what it does not know."""

    def close(self) -> None:
        """Ends the connection; twice does no harm."""

    def set_fact(self, name: str, value: str) -> None:
        """What it says of itself from now on; "": nothing."""

    def why_silent(self) -> str:
        """Why nothing may be sent from this store, in words: it is a copy, or has moved. "" where it may."""

    # its upkeep
    def check(self) -> list[str]:
        """What is not as it should be, in words; counts that are wrong are right afterwards."""

    def vacuum(self) -> None:
        """Gives back the space of what was deleted, which is gone from the disk then."""

    def prune(self, before: float) -> Forgotten:
        """Forgets attempts and events before a time, and campaigns that were made before it, were not tried since and
        do not run, with their recipients. Suppressions stay."""

    def forget(self, address: str, *, keep_suppressed: bool = False) -> Forgotten:
        """Forgets a person: recipients of all campaigns with their columns, attempts, events and the suppression,
        unless that is to be kept. The case of the address means nothing. StoreError while a letter is under way."""

    def adopt(self, uid: str) -> int:
        """Makes a copy a store of its own named `uid`, from which letters are sent. Of campaigns that ran when it was
        made, all that were left are `unknown`: the original may have sent them since. Returns how many."""

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """What this thread writes inside waits so long at most for others that write, StoreError then."""

    # campaigns
    def create_campaign(self, name: str, spec: Mapping[str, Any], blobs: Mapping[str, bytes]) -> int:
        """A new campaign with its shared parts (SHA-256 hex -> bytes). StoreError where the name is taken.

        `spec["uid"]`, where there is one, is what the Message-IDs of its letters begin with (`message_ids`).
        """

    def campaign(self, name: str) -> CampaignRecord | None:
        """The campaign of this name, or None."""

    def campaigns(self) -> list[CampaignRecord]:
        """All campaigns, oldest first."""

    def delete_campaign(self, campaign_id: int, *, begun: bool = False) -> None:
        """Removes a campaign and all that belongs to it but its history. StoreError where a letter was tried, unless
        `begun`, and where one is under way."""

    def set_spec(self, campaign_id: int, spec: Mapping[str, Any], blobs: Mapping[str, bytes]) -> None:
        """What the letters of a campaign are made of from now on; `spec["uid"]` stays what it was."""

    def change_part(self, campaign_id: int, part: str, change: Callable[[Any], Any]) -> Any:
        """Puts what `change` makes of one part of the spec (None where it is absent) into its place, whatever others
        write meanwhile; returns it."""

    def rename_campaign(self, campaign_id: int, name: str) -> None:
        """Another name, in its history and events too. StoreError where the name is taken."""

    def set_state(self, campaign_id: int, state: str, *, only_from: str | Collection[str] = "") -> bool:
        """Writes down what the campaign is doing; `only_from`: where it was doing this, or one of these, up to
        now. False: it was doing something else, and still does."""

    def tried(self, campaign_id: int) -> bool:
        """Whether a letter of it went out, was refused, or is under way."""

    def causes(self, campaign_id: int, statuses: Sequence[Status]) -> list[tuple[str, str, int]]:
        """status, category and number of the recipients in these states, the most frequent first; "removed" is the
        category of those that expired because the list was given without them."""

    def examples(self, campaign_id: int, status: str, category: str) -> list[tuple[int | None, int, str, str, str]]:
        """line, code, enhanced, reply, detail of the first five of them."""

    def last_event(self, campaign: str, kind: EventKind) -> tuple[float, str] | None:
        """When the newest of its kind was, and its detail."""

    def blob(self, sha256: str) -> bytes:
        """A shared part by its SHA-256 in hex. Raises StoreError if there is none."""

    # its workers
    def join(self, campaign_id: int, owner: str, now: float) -> Worker:
        """A new worker of a campaign; `owner` says who it is. Its epoch is higher than any before it."""

    def heartbeat(self, worker: Worker, now: float) -> None:
        """A sign of life. StaleRun where the worker was taken over."""

    def tell(self, worker: Worker, doing: str) -> None:
        """Writes down what the worker is doing, in any words. StaleRun where it was taken over."""

    def leave(self, worker: Worker) -> None:
        """Ends a worker that has settled all it held; StoreError where it has not, StaleRun where it was taken over."""

    def take_over(
        self, campaign_id: int, owner: str, now: float, *, only: Collection[WorkerRecord] | None = None
    ) -> list[Worker]:
        """Declares workers dead: all, or `only` those of these that gave no sign of life since they were looked up.
        Returned with new epochs, so that the caller can settle what they held (`in_flight`) and leave for them; writes
        with the epochs before raise StaleRun from now on. Nothing that they held is sent before that."""

    def doubt(self, worker: Worker, rows: Sequence[Settled]) -> None:
        """What a dead worker held, where nobody can say what became of it: `unknown`, and still held, until its journal
        comes back and whoever has it takes over and settles, or until it is put back to the queue knowingly."""

    def workers(self, campaign_id: int) -> list[WorkerRecord]:
        """The workers of a campaign that have not left, oldest first."""

    # the ledger
    def add_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Adds all rows or none; returns how many."""

    def replace_recipients(self, campaign_id: int, rows: Iterable[NewRecipient]) -> int:
        """Another list in the place of the one before, all or none; returns how many rows. StoreError where a letter of
        the campaign was tried."""

    def change_recipients(
        self, campaign_id: int, added: Iterable[NewRecipient], changed: Iterable[NewRecipient],
        taken_out: Iterable[int],
    ) -> None:  # fmt: skip
        """What a mended list brings, in one transaction. Rows that are `changed` begin anew, unless only their columns
        differ; one that is `taken_out` is removed, or `expired` where it was tried. StoreError for a row that has to
        stay as it is: accepted, unknown or held by a worker."""

    def set_places(self, campaign_id: int, places: Iterable[Place]) -> None:
        """Where these recipients stand in the list as it was given last. At first that is what their row says, which
        stays as the number by which letters and journals know them."""

    def expire(self, campaign_id: int, why: str) -> int:
        """Gives up all that are queued or retrying and held by no worker; returns how many."""

    def lease(self, worker: Worker, limit: int, now: float, last_row: int | None = None) -> list[LeasedRecipient]:
        """Up to `limit` recipients that are queued, in rows up to `last_row` where one is given, or retrying and due:
        `sending` and held by this worker before this returns. A sign of life as well. StaleRun where the worker was
        taken over."""

    def in_flight(self, worker: Worker) -> list[LeasedRecipient]:
        """Those that the worker holds: after a crash, what its journal must decide."""

    def settle(
        self, worker: Worker, rows: Sequence[Settled], attempts: Sequence[Attempt] = (),
        accepted: Sequence[AcceptedBatch] = (),
    ) -> None:  # fmt: skip
        """The verdicts and the history rows of one batch, in one transaction. StaleRun where the worker was taken over,
        StoreError for a recipient that it does not hold."""

    def requeue(
        self, campaign_id: int, statuses: Sequence[Status], categories: Sequence[str] = (), since: float = 0.0
    ) -> int:
        """Puts ended recipients, last tried at `since` or later, back to `queued` (`c.failed().resend()`); returns how
        many. What a worker sends stays with it, what a lost one held (`doubt`) does not. Who is no longer in the list
        stays as well."""

    def waiting(self, campaign_id: int) -> tuple[bool, int]:
        """Whether any recipient is queued, and how many are retrying: what a run still has to do."""

    def rows(self, campaign_id: int) -> Rows | None:
        """Which rows the list has, and where those begin that are queued; None where it has none."""

    def put_off(self, campaign_id: int) -> list[Waiting]:
        """Those that are retrying, by what they wait for: `Settled.detail` where it begins with "waits for"."""

    def due_now(self, campaign_id: int, why: str) -> int:
        """Makes those due that are retrying and wait for this (`put_off`); returns how many."""

    def next_due(self, campaign_id: int) -> float | None:
        """When the earliest retrying recipient is due; None where none is."""

    def counts(self, campaign_id: int) -> dict[Status, int]:
        """How many recipients stand in each state; every state is a key."""

    def accepted(self, campaign_id: int) -> dict[str, tuple[int, int]]:
        """By account in order of names: letters that it brought there, and how many of them not at the first try."""

    def results(
        self, campaign_id: int, columns: Sequence[str] | None = None, statuses: Sequence[Status] = tuple(Status)
    ) -> pl.DataFrame:
        """One row per recipient, in order: row, email, address, status, category, code, enhanced, reply, attempts,
        account, queue_id, message_id, first_at, last_at, next_at, detail, fields. `columns`, `statuses`: only these;
        there is also `line`, its place in the list as it was given last (`set_places`), null where it is in none."""

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

    def refused_before(self, addresses: Sequence[str], before: float) -> list[tuple[str, str]]:
        """Those of these addresses that were refused for good before that time, each with its category."""

    def sent_times(self, account: str, since: float) -> list[float]:
        """When this account sent letters, for its hourly and daily limits, ascending. Attempts that ended before
        MAIL FROM cost nothing and are left out."""

    def first_sent(self, account: str) -> float | None:
        """When the first letter of this account was sent that is known here, for its warm-up; None: none is."""

    def by_message_id(self, message_id: str) -> list[SentTo]:
        """The recipient of a letter, by its Message-ID with or without angle brackets: the one that a bounce is about.

        One entry for a row of a campaign, one for each attempt outside campaigns; [] where it is not ours.
        """

    # what is heard later
    def add_events(self, events: Iterable[Event]) -> int:
        """Adds events; one whose key is known already is left out. Returns how many were new."""

    def events(
        self,
        *,
        since: float | None = None,
        until: float | None = None,
        kind: EventKind | None = None,
        campaign: str | None = None,
        last: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> pl.DataFrame:
        """Events with since <= at < until in order of time, columns as in `Event`; filters as for `attempts`."""

    # the limits of accounts
    def exchange_tokens(self, request: TokenRequest, moment: Moment, lease: float) -> TokenGrant:
        """Tells the store what became of an account's tokens and reserves more, in one transaction.

        Of all that share the store, letters that are over and tokens that are held never come to more than a limit in
        any window. A holder speaks again before `lease` seconds are over; one that does not counts as if its letters
        ended then, and comes to life again with what it says next. Grants are as large as fits the limits, so that a
        dead holder costs a small part of them. `moment` is now (`tokens.now`); time that is set back or forward makes
        no difference."""

    # suppressions; the case of a domain means nothing (RFC 5321 §2.4)
    def suppress(self, addresses: Sequence[str], reason: str, at: float) -> None:
        """Never again to these addresses; the newest reason stands."""

    def unsuppress(self, addresses: Sequence[str]) -> None:
        """To these addresses again."""

    def suppressions(self) -> pl.DataFrame:
        """address, reason, at."""

    def suppression_reasons(self) -> dict[str, str]:
        """address -> reason for all of them."""

    def suppressed_among(self, addresses: Sequence[str]) -> dict[str, str]:
        """address -> reason for those that are suppressed."""

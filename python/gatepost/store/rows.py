"""Campaigns, their workers and recipients, row by row. Times are Unix seconds, addresses are in wire form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class Status(StrEnum):
    """The one state of a (campaign, recipient)."""

    QUEUED = "queued"
    SENDING = "sending"  # held by a worker; after a crash the worker's journal decides what it was
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRYING = "retrying"
    UNKNOWN = "unknown"  # the final dot may have gone out and no reply was seen
    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    DUPLICATE = "duplicate"
    EXPIRED = "expired"  # still temporary when the retries were used up


REMOVED = "no longer in the list"
"""The detail of who was put off, and then taken out of the list."""


@dataclass(frozen=True, slots=True)
class CampaignRecord:
    """A campaign as stored: `spec` is JSON (template, from, accounts by name, blobs by SHA-256)."""

    id: int
    name: str
    created: float
    state: str  # new | running | paused | done | cancelled
    spec: dict[str, Any]


class Worker(NamedTuple):
    """Who sends a campaign, as its writes show: `epoch` is the fencing token, no two of a campaign have the same."""

    campaign_id: int
    id: int
    epoch: int


class WorkerRecord(NamedTuple):
    """A worker as stored."""

    id: int
    owner: str  # who it is, for people: machine and process
    epoch: int
    heartbeat: float  # when it last gave a sign of life, by its own clock
    held: int  # recipients that it has leased and not settled
    joined: int  # its first epoch: who it is, however often it is taken over
    lost: bool  # fell silent, and nobody can say what became of what it held (`Store.doubt`)
    doing: str = ""  # as it told (`Store.tell`)


class NewRecipient(NamedTuple):
    """A row of the list as it was read. `row` counts from 1 as the user's file does, and is its number for good."""

    row: int
    email: str  # as written in the list
    address: str  # wire form; "" where invalid
    fields: str  # JSON object of all columns
    status: Status  # queued, suppressed, invalid or duplicate
    detail: str = ""  # why it will not be sent, in words


class Place(NamedTuple):
    """Where a recipient stands in the list as given last; `line` 0: nowhere. `detail`: None where it stays."""

    row: int
    line: int
    detail: str | None = None


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


class Rows(NamedTuple):
    """Row numbers of a campaign's list."""

    first: int
    queued: int  # the first one that is queued; behind the last where none is
    last: int


class Waiting(NamedTuple):
    """Recipients that are put off for one reason."""

    why: str  # in words that begin with "waits for"; "" where their servers put them off
    recipients: int
    next_at: float | None  # when the first of them is due; None: not before somebody says so


class Forgotten(NamedTuple):
    """How many rows of each kind are gone (`Store.prune`, `Store.forget`)."""

    campaigns: int = 0
    recipients: int = 0
    attempts: int = 0
    events: int = 0
    suppressions: int = 0

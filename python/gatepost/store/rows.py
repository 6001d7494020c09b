"""What goes into a store and comes out of it, row by row. Times are Unix seconds, addresses are in wire form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


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

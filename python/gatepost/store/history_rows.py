"""What became of letters, as a store takes it: attempts, and what was heard of them later. Times are Unix seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


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
class AcceptedBatch:
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


class SentTo(NamedTuple):
    """Whom a letter was sent to: of which campaign and row, or outside campaigns ("" or a label, row 0)."""

    campaign: str
    row: int
    recipient: str
    account: str
    at: float | None  # when the last try ended; None where none has


class EventKind(StrEnum):
    """What was heard of a letter after the server's verdict."""

    BOUNCED = "bounced"
    DELAYED = "delayed"
    COMPLAINED = "complained"
    REPLIED = "replied"  # by a machine: absent, address changed
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    RUN_ENDED = "run_ended"  # of a campaign, not of a letter; `detail` says why it is not finished


class Event(NamedTuple):
    """Something heard of a letter later. What is not known is empty."""

    key: str  # the caller's own for this event: the same key is the same event
    at: float
    kind: EventKind
    recipient: str = ""
    message_id: str = ""  # of our letter, without angle brackets
    campaign: str = ""
    row: int = 0
    account: str = ""
    category: str = ""
    code: int = 0
    enhanced: str = ""
    reply: str = ""  # what the other server said
    detail: str = ""  # our words, or the link that was clicked

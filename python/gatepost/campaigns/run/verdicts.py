"""What an outcome of the engine means for a recipient: the new state, and the row of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import sub
from typing import TypeVar

from ... import _core
from ...addresses import domain_of
from ...store import AcceptedBatch, Attempt, LeasedRecipient, Settled, Status
from .retry import RetryPolicy

_Value = TypeVar("_Value")

# These speak of one recipient's domain or one letter's sender; the engine pauses the lane, the campaign does not stop.
_OF_THE_RECIPIENT = frozenset({"relay_denied"})
_IN_DOUBT = {"hold": Status.UNKNOWN, "resend": Status.QUEUED, "drop": Status.EXPIRED}


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """What a campaign declared."""

    campaign: str
    retry: RetryPolicy
    in_doubt: str


def account_trouble(failure: _core.RawFailure) -> bool:
    """Whether a failure speaks of our account and not of this recipient."""
    return failure.pause == "account" and failure.category not in _OF_THE_RECIPIENT


def _is_released(failure: _core.RawFailure, untouched: bool) -> bool:
    """Whether the recipient goes back to the queue as if nothing had been tried."""
    return account_trouble(failure) or untouched


def of_accepted(
    rules: VerdictRules, recipients: Sequence[LeasedRecipient], batch: _core.Batch, rows: Sequence[int],
    accounts: Sequence[str],
) -> AcceptedBatch:  # fmt: skip
    """What these accepted `rows` of a batch leave in the ledger and in the history."""
    every = len(rows) == len(batch["ticket"])

    def column(values: list[_Value]) -> list[_Value]:
        return values if every else [values[i] for i in rows]

    at, started = column(batch["ended"]), column(batch["started"])
    return AcceptedBatch(
        row=[one.row for one in recipients],
        at=at,
        seconds=list(map(sub, at, started)),
        account=accounts,
        address=[one.address for one in recipients],
        code=column(batch["code"]),
        enhanced=column(batch["enhanced"]),
        reply=column(batch["reply"]),
        queue_id=column(batch["queue_id"]),
        message_id=column(batch["message_id"]),
        bytes=column(batch["bytes"]),
        campaign=rules.campaign,
    )


def from_failure(
    rules: VerdictRules, recipient: LeasedRecipient, failure: _core.RawFailure, batch: _core.Batch, i: int,
    account: str, now: float,
) -> tuple[Settled, Attempt]:  # fmt: skip
    """Row `i` of a batch, which failed, as the recipient's new state and the row of the history. `now`: by the run's
    clock, which the time of the next try is told by; the batch has the time of day."""
    message_id, at = batch["message_id"][i], batch["ended"][i]
    seconds, size = at - batch["started"][i], batch["bytes"][i]
    # What pauses the sender speaks of no recipient.
    untouched = batch["untouched"][i] or batch["paused_until"][i] is not None
    settled = _of_failure(rules, recipient, failure, untouched, account, message_id, at, now)
    return settled, _attempt_of_failure(rules, recipient, failure, settled, account, message_id, at, seconds, size)


def _of_failure(
    rules: VerdictRules, recipient: LeasedRecipient, failure: _core.RawFailure, untouched: bool, account: str,
    message_id: str, at: float, now: float,
) -> Settled:  # fmt: skip
    """The state that a failed try leaves a recipient in."""
    attempts = recipient.attempts + 1
    next_at = None
    counts = True
    if failure.maybe_delivered:
        status = _IN_DOUBT[rules.in_doubt]
    elif _is_released(failure, untouched):
        return Settled(recipient.row, Status.QUEUED, counts=False)
    elif failure.phase == "local" and failure.permanence == "permanent":
        status, counts = Status.INVALID, False
    elif failure.permanence == "temporary" and failure.retry in ("later", "now"):
        next_at = rules.retry.next_at(attempts, now, failure.category, rules.retry._named_wait(failure))
        status = Status.RETRYING if next_at is not None else Status.EXPIRED
    else:
        status = Status.REFUSED
    return Settled(
        recipient.row, status, failure.category, failure.code, failure.enhanced, failure.server_text, account, "",
        message_id, at, next_at, counts, failure.message,
    )  # fmt: skip


def _attempt_of_failure(
    rules: VerdictRules, recipient: LeasedRecipient, failure: _core.RawFailure, settled: Settled, account: str,
    message_id: str, at: float, seconds: float, size: int,
) -> Attempt:  # fmt: skip
    """The row of the history for a failed try."""
    status = "refused" if settled.status is Status.REFUSED else "retrying"
    if failure.maybe_delivered:
        status = "unknown"
    return Attempt(
        at, seconds, account, recipient.address, domain_of(recipient.address), status, failure.phase, failure.category,
        failure.code, failure.enhanced, failure.server_text or failure.message, "", message_id, size, rules.campaign,
        recipient.row,
    )  # fmt: skip


def in_doubt(rules: VerdictRules, recipient: LeasedRecipient, account: str, message_id: str, at: float) -> Settled:
    """A crash between the letter and its reply: what the declared policy makes of it."""
    words = "the run ended between sending and the server's reply: the letter may have been delivered"
    return Settled(
        recipient.row,
        _IN_DOUBT[rules.in_doubt],
        "connection_lost",
        account=account,
        message_id=message_id,
        at=at,
        detail=words,
    )


def suppresses_address(category: str) -> bool:
    """Whether a refusal of this category speaks of the recipient's address or domain for good."""
    return _core.category_info(category)["suppress"] in ("address", "domain")


def suppresses(failure: _core.RawFailure) -> bool:
    """Whether this address is never to be written to again."""
    return failure.permanence == "permanent" and failure.suppress in ("address", "domain")

"""What an outcome of the engine means for a recipient: the new state, and the row of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import _core
from ..history.store import Attempt, LeasedRecipient, Settled, Status
from .addresses import domain_of
from .retry import RetryPolicy

# These speak of one recipient's domain or one letter's sender; the engine pauses the lane, the campaign does not stop.
_OF_THE_RECIPIENT = frozenset({"relay_denied"})
_IN_DOUBT = {"hold": Status.UNKNOWN, "resend": Status.QUEUED, "drop": Status.EXPIRED}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a campaign declared."""

    campaign: str
    retry: RetryPolicy
    in_doubt: str


def account_trouble(failure: _core.RawFailure) -> bool:
    """Whether a failure speaks of our account and not of this recipient."""
    return failure.pause == "account" and failure.category not in _OF_THE_RECIPIENT


def is_released(failure: _core.RawFailure, untouched: bool) -> bool:
    """Whether the recipient goes back to the queue as if nothing had been tried."""
    return account_trouble(failure) or untouched


def of_accepted(
    rules: Rules, recipients: Sequence[LeasedRecipient], batch: _core.Batch, rows: Sequence[int],
    accounts: Sequence[str],
) -> tuple[list[Settled], list[Attempt]]:  # fmt: skip
    """The states and rows of the history that these accepted `rows` of a batch lead to, all at once."""
    codes, enhanced, replies, queue_ids = batch["code"], batch["enhanced"], batch["reply"], batch["queue_id"]
    message_ids, started, ended, sizes = batch["message_id"], batch["started"], batch["ended"], batch["bytes"]
    campaign, accepted = rules.campaign, Status.ACCEPTED
    settled = []
    attempts = []
    for i, (row, _, address, _, _, _), account in zip(rows, recipients, accounts, strict=True):
        at, code, words, reply, queue_id = ended[i], codes[i], enhanced[i], replies[i], queue_ids[i]
        message_id = message_ids[i]
        settled.append(Settled(row, accepted, "", code, words, reply, account, queue_id, message_id, at))
        attempts.append(
            Attempt(
                at, at - started[i], account, address, domain_of(address), "accepted", "final", "", code, words, reply,
                queue_id, message_id, sizes[i], campaign, row,
            )
        )  # fmt: skip
    return settled, attempts


def of_failure(
    rules: Rules, recipient: LeasedRecipient, failure: _core.RawFailure, untouched: bool, account: str,
    message_id: str, at: float,
) -> Settled:  # fmt: skip
    """The state that a failed try leaves a recipient in."""
    attempts = recipient.attempts + 1
    next_at = None
    counts = True
    reply = failure.server_text or failure.message
    if failure.maybe_delivered:
        status = _IN_DOUBT[rules.in_doubt]
    elif is_released(failure, untouched):
        return Settled(recipient.row, Status.QUEUED, counts=False)
    elif failure.phase == "local" and failure.permanence == "permanent":
        status, counts = Status.INVALID, False
    elif failure.permanence == "temporary" and failure.retry in ("later", "now"):
        next_at = rules.retry.next_at(attempts, at, failure.category, float(failure.retry_after))
        status = Status.RETRYING if next_at is not None else Status.EXPIRED
    else:
        status = Status.REFUSED
    return Settled(
        recipient.row, status, failure.category, failure.code, failure.enhanced, reply, account, "", message_id, at,
        next_at, counts,
    )  # fmt: skip


def attempt_of_failure(
    rules: Rules, recipient: LeasedRecipient, failure: _core.RawFailure, settled: Settled, account: str,
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


def in_doubt(rules: Rules, recipient: LeasedRecipient, account: str, message_id: str, at: float) -> Settled:
    """A crash between the letter and its reply: what the declared policy makes of it."""
    words = "the run ended between sending and the server's reply: the letter may have been delivered"
    return Settled(
        recipient.row, _IN_DOUBT[rules.in_doubt], "connection_lost", 0, "", words, account, "", message_id, at
    )


def suppresses(failure: _core.RawFailure) -> bool:
    """Whether this address is never to be written to again."""
    return failure.permanence == "permanent" and failure.suppress in ("address", "domain")

"""After a crash: what the journal of the last run says of the recipients that it left in the middle."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ... import _core
from ...store import Accepted, Attempt, LeasedRecipient, Settled, Status, Store, StoreError
from ..lists.addresses import domain_of
from .tickets import unpack
from .verdicts import Rules, attempt_of_failure, in_doubt, of_accepted, of_failure


@dataclass(frozen=True, slots=True)
class Recovered:
    """How the recipients of a broken run were settled."""

    settled: int = 0  # the journal had the server's reply
    in_doubt: int = 0  # handed to the server, no reply known
    released: int = 0  # never begun


def recover(
    store: Store,
    campaign_id: int,
    epoch: int,
    rules: Rules,
    journal: Path,
    accounts: list[str],
    message_id_of: Callable[[int], str],
    now: float,
) -> Recovered:
    """Settles all that are marked `sending`, then removes the journal. Safe to do again where it is cut off.

    A recipient with a RESULT gets it; with an INTENT alone it is in doubt; with neither it goes back to the queue.
    Without a journal (it was deleted) all of them are in doubt.
    """
    left = {recipient.row: recipient for recipient in store.in_flight(campaign_id)}
    decided: dict[int, tuple[Settled, Attempt]] = {}
    taken: dict[int, tuple[int, str]] = {}  # row -> (row of the batch, account): those that the server accepted
    accepted: list[Accepted] = []
    doubted: dict[int, str] = {}  # row -> account
    known = journal.exists()
    if known:
        try:
            batch, doubtful = _core.Journal.replay(str(journal))
        except OSError as error:
            raise StoreError(f"the journal of the last run cannot be read: {error}") from None

        def find(number: int) -> tuple[LeasedRecipient | None, str]:
            ticket = unpack(number)
            recipient = left.get(ticket.row)
            if recipient is None or recipient.attempts & 0xFF != ticket.attempts:
                return None, ""  # settled before the crash
            return recipient, accounts[ticket.account] if ticket.account < len(accounts) else ""

        for index, number in enumerate(batch["ticket"]):
            recipient, account = find(number)
            if recipient is None:
                continue
            if (failure := batch["failure"][index]) is None:
                taken[recipient.row] = index, account
                decided.pop(recipient.row, None)
                continue
            settled, attempt = from_failure(rules, recipient, failure, batch, index, account)
            if settled.counts or settled.status is not Status.QUEUED:
                decided[recipient.row] = settled, attempt
                taken.pop(recipient.row, None)
        for number in doubtful:
            recipient, account = find(number)
            if recipient is not None:
                doubted[recipient.row] = account
                taken.pop(recipient.row, None)
        if taken:
            indexes, through = zip(*taken.values(), strict=True)
            accepted.append(of_accepted(rules, [left[row] for row in taken], batch, indexes, through))
    else:
        doubted = dict.fromkeys(left, "")
    for row, account in doubted.items():
        message_id = left[row].message_id or message_id_of(row)
        settled = in_doubt(rules, left[row], account, message_id, now)
        decided[row] = settled, _doubtful_attempt(rules, left[row], settled)
    released = [Settled(row, Status.QUEUED, counts=False) for row in left.keys() - decided.keys() - taken.keys()]
    if left:
        rows = [settled for settled, _ in decided.values()]
        attempts = [attempt for settled, attempt in decided.values() if settled.counts]
        store.settle(campaign_id, epoch, [*rows, *released], attempts, accepted)
    if known:
        os.unlink(journal)
    return Recovered(len(decided) - len(doubted) + len(taken), len(doubted), len(released))


def from_failure(
    rules: Rules, recipient: LeasedRecipient, failure: _core.RawFailure, batch: _core.Batch, i: int, account: str
) -> tuple[Settled, Attempt]:
    """Row `i` of a batch, which failed, as the recipient's new state and the row of the history."""
    message_id, at = batch["message_id"][i], batch["ended"][i]
    seconds, size = at - batch["started"][i], batch["bytes"][i]
    settled = of_failure(rules, recipient, failure, batch["untouched"][i], account, message_id, at)
    return settled, attempt_of_failure(rules, recipient, failure, settled, account, message_id, at, seconds, size)


def _doubtful_attempt(rules: Rules, recipient: LeasedRecipient, settled: Settled) -> Attempt:
    return Attempt(
        settled.at, 0.0, settled.account, recipient.address, domain_of(recipient.address), "unknown", "final",
        settled.category, 0, "", settled.detail, "", settled.message_id, 0, rules.campaign, recipient.row,
    )  # fmt: skip

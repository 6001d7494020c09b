"""After a crash: what the journal of the last run says of the recipients that it left in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ... import _core
from ...addresses import domain_of
from ...errors import with_errno
from ...store import AcceptedBatch, Attempt, LeasedRecipient, Settled, Status, Store, StoreError, Worker
from .run_lock import RunLock
from .tickets import unpack
from .verdicts import VerdictRules, from_failure, in_doubt, of_accepted


@dataclass(slots=True)
class Recovered:
    """How the recipients of a broken run were settled."""

    settled: int = 0  # the journal had the server's reply
    in_doubt: int = 0  # handed to the server, no reply known
    released: int = 0  # never begun

    def __add__(self, other: Recovered) -> Recovered:
        return Recovered(self.settled + other.settled, self.in_doubt + other.in_doubt, self.released + other.released)


@dataclass(slots=True)
class _Testimony:
    """What is known of the recipients that a worker held."""

    decided: dict[int, tuple[Settled, Attempt]] = field(default_factory=dict)  # by row
    taken: dict[int, tuple[int, str]] = field(default_factory=dict)  # by row: its row of the batch, and the account
    doubted: dict[int, str] = field(default_factory=dict)  # by row: the account
    accepted: list[AcceptedBatch] = field(default_factory=list)  # those that were taken


def recover(
    store: Store,
    dead: Sequence[Worker],
    lock: RunLock,
    rules: VerdictRules,
    message_id_of: Callable[[int], str],
    now: float,
) -> Recovered:
    """Settles all that dead workers held, then removes the journal. Safe to do again where it is cut off.

    A recipient with a RESULT gets it; with an INTENT alone it is in doubt; with neither it goes back to the queue, but
    for one whose records may be lost: where the system went down since, where the journal is damaged in its middle, or
    where it was deleted. That one is in doubt.
    """
    recovered = Recovered()
    files, last_run = lock.journal.left_behind(), lock.last_run()
    if files and last_run.store and last_run.store != store.fact("uid"):
        raise StoreError(
            f"{files[0]} is the journal of a run of another store, which lay here before {store.url}: put that store"
            " back, or remove the journal if everything may be sent again"
        )
    try:
        batch, doubtful, damaged = _core.Journal.replay([str(path) for path in files])
    except OSError as error:
        raise with_errno(StoreError(f"the journal of the last run cannot be read: {error}"), error.errno) from None
    complete = bool(files) and last_run.of_this_boot and not damaged
    for worker in dead:
        left = {recipient.row: recipient for recipient in store.in_flight(worker)}
        if not left:
            continue
        known = _hear(rules, left, batch, doubtful, last_run.accounts, now)
        if not complete:
            heard = known.decided.keys() | known.taken.keys() | known.doubted.keys()
            known.doubted.update(dict.fromkeys(left.keys() - heard, ""))
        for row, account in known.doubted.items():
            settled = in_doubt(rules, left[row], account, left[row].message_id or message_id_of(row), now)
            known.decided[row] = settled, _doubtful_attempt(rules, left[row], settled)
        _settle(store, worker, left, known, recovered)
    lock.journal.remove()
    for worker in dead:
        store.leave(worker)
    return recovered


def _hear(
    rules: VerdictRules,
    left: dict[int, LeasedRecipient],
    batch: _core.Batch,
    doubtful: Sequence[int],
    accounts: Sequence[str],
    now: float,
) -> _Testimony:
    """What the records of a journal say of those that are left."""
    known = _Testimony()

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
            known.taken[recipient.row] = index, account
            known.decided.pop(recipient.row, None)
            continue
        settled, attempt = from_failure(rules, recipient, failure, batch, index, account, now)
        if settled.counts or settled.status is not Status.QUEUED:
            known.decided[recipient.row] = settled, attempt
            known.taken.pop(recipient.row, None)
    for number in doubtful:
        recipient, account = find(number)
        if recipient is not None:
            known.doubted[recipient.row] = account
            known.taken.pop(recipient.row, None)
    if known.taken:
        indexes, through = zip(*known.taken.values(), strict=True)
        known.accepted.append(of_accepted(rules, [left[row] for row in known.taken], batch, indexes, through))
    return known


def _settle(
    store: Store, worker: Worker, left: dict[int, LeasedRecipient], known: _Testimony, recovered: Recovered
) -> None:
    unknown = left.keys() - known.decided.keys() - known.taken.keys()
    released = [Settled(row, Status.QUEUED, counts=False) for row in unknown]
    rows = [settled for settled, _ in known.decided.values()]
    attempts = [attempt for settled, attempt in known.decided.values() if settled.counts]
    store.settle(worker, [*rows, *released], attempts, known.accepted)
    recovered.settled += len(known.decided) - len(known.doubted) + len(known.taken)
    recovered.in_doubt += len(known.doubted)
    recovered.released += len(released)


def _doubtful_attempt(rules: VerdictRules, recipient: LeasedRecipient, settled: Settled) -> Attempt:
    return Attempt(
        settled.at, 0.0, settled.account, recipient.address, domain_of(recipient.address), "unknown", "final",
        settled.category, 0, "", settled.detail, "", settled.message_id, 0, rules.campaign, recipient.row,
    )  # fmt: skip

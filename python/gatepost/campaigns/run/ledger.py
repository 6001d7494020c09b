"""A run's side of the ledger: recipients that it leases, verdicts that it settles in batches, and the count of both."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ...store import (
    AcceptedBatch,
    Attempt,
    CampaignRecord,
    EventKind,
    LeasedRecipient,
    Rows,
    Settled,
    Status,
    Store,
    Waiting,
    Worker,
)
from ..lists.addresses import address_key
from .doing import Doing
from .run_state import Tally
from .verdicts import suppresses_address

BATCH_AGE = 0.05  # seconds that a verdict waits for others at most
_BATCH = 500
HEARTBEAT = 5.0  # seconds between signs of life
_SOON = 1.0  # seconds between two words of what holds us


@dataclass(slots=True)
class _Buffer:
    rows: list[Settled] = field(default_factory=list)
    accepted: list[AcceptedBatch] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    suppress: dict[str, list[str]] = field(default_factory=dict)
    since: float = 0.0
    count: int = 0  # of verdicts


class Ledger:
    """What one worker does in the store. StaleRun from any call where the worker was taken over."""

    def __init__(
        self, store: Store, worker: Worker, campaign: str, clock: Callable[[], float], heartbeat: float = HEARTBEAT
    ) -> None:
        """`heartbeat`: seconds between signs of life."""
        self._store, self._worker, self._campaign, self._clock = store, worker, campaign, clock
        self._heartbeat = heartbeat
        self._buffer = _Buffer()
        self._put_off: set[int] = set()  # rows that this run put off
        self._sign_of_life = clock()
        self._told: Doing | None = None
        self._told_at = -math.inf
        self._ended_before = store.last_event(campaign, EventKind.RUN_ENDED)
        counts = store.counts(worker.campaign_id)
        self._put_off_before = counts[Status.RETRYING]
        pending = counts[Status.QUEUED] + self._put_off_before
        self.tally = Tally(self._sign_of_life, pending=pending, retrying=self._put_off_before)

    @property
    def has_unsettled(self) -> bool:
        """Whether verdicts wait to be settled."""
        return self._buffer.count > 0

    def lease(self, limit: int, now: float, last_row: int | None = None) -> list[LeasedRecipient]:
        """Recipients to send to now; of those never tried only rows up to `last_row`."""
        leased = self._store.lease(self._worker, limit, now, last_row)
        self._sign_of_life = now
        for recipient in leased:
            if recipient.attempts and recipient.row not in self._put_off and self._put_off_before:
                self._put_off_before -= 1
            self._put_off.discard(recipient.row)
        return leased

    def suppressed_among(self, addresses: Sequence[str]) -> dict[str, str]:
        """Why each of these is suppressed that is."""
        keys = {address: address_key(address) for address in addresses}
        reasons = self._store.suppressed_among(list(keys.values())) if keys else {}
        return {address: reasons[key] for address, key in keys.items() if key in reasons} if reasons else {}

    def without_suppressed(self, leased: Sequence[LeasedRecipient]) -> list[LeasedRecipient]:
        """Those that may get a letter; the others are settled."""
        suppressed = self.suppressed_among([recipient.address for recipient in leased])
        if not suppressed:
            return list(leased)
        allowed = []
        for recipient in leased:
            if (why := suppressed.get(recipient.address)) is not None:
                self.keep(Settled(recipient.row, Status.SUPPRESSED, "suppressed", detail=why, counts=False))
            else:
                allowed.append(recipient)
        return allowed

    def keep(self, settled: Settled, attempt: Attempt | None = None) -> None:
        """A verdict, to be settled with the next batch, and its row of the history."""
        buffer = self._begin(1)
        buffer.rows.append(settled)
        if attempt is not None:
            buffer.attempts.append(attempt)
        match settled.status:
            case Status.REFUSED:
                self.tally.refused += 1
            case Status.RETRYING:
                self._put_off.add(settled.row)
            case Status.QUEUED:
                pass
            case _:
                self.tally.other += 1

    def keep_accepted(self, accepted: AcceptedBatch) -> None:
        """Those that the server took, as most are, all at once."""
        self._begin(len(accepted)).accepted.append(accepted)
        self.tally.accepted += len(accepted)

    def suppress(self, address: str, reason: str) -> None:
        """Never again to this address; kept together with its verdict."""
        self._buffer.suppress.setdefault(reason, []).append(address_key(address))

    def flush_if_due(self) -> bool:
        """Settles a batch that is large or old enough. True where it did."""
        buffer = self._buffer
        due = buffer.count >= _BATCH or (buffer.count > 0 and self._clock() - buffer.since >= BATCH_AGE)
        return due and self.flush()

    def flush(self) -> bool:
        """Settles what is buffered. False where nothing was."""
        buffer = self._buffer
        if not buffer.count and not buffer.suppress:
            return False
        for reason, addresses in buffer.suppress.items():
            self._store.suppress(addresses, reason, self._clock())
        self._store.settle(self._worker, buffer.rows, buffer.attempts, buffer.accepted)
        self._buffer = _Buffer()
        self.tally.retrying = self._put_off_before + len(self._put_off)
        self.tally.note = ""
        return True

    def refused_on_another_day(self, addresses: Collection[str]) -> set[str]:
        """Those of these addresses whose like was refused for good a day ago or more, so that nobody doubts it."""
        day_ago = self._clock() - 86400.0
        before = self._store.refused_before(list(addresses), day_ago)
        return {address for address, category in before if suppresses_address(category)}

    def hold(self, recipient: LeasedRecipient, until: float, why: str) -> None:
        """Not tried before `until`."""
        words = f"held back: {why}"
        self.keep(
            Settled(recipient.row, Status.RETRYING, "unknown_temporary", detail=words, next_at=until, counts=False)
        )

    def wait(self, recipient: LeasedRecipient, until: float | None, why: str) -> None:
        """Not tried before `until`, or before somebody says so; `why` begins with "waits for"."""
        self.keep(Settled(recipient.row, Status.RETRYING, detail=why, next_at=until, counts=False))

    def put_back(self, recipient: LeasedRecipient, now: float) -> None:
        """It is as it was before it was leased."""
        status, at = (Status.RETRYING, now) if recipient.attempts else (Status.QUEUED, None)
        self.keep(Settled(recipient.row, status, next_at=at, counts=False))

    def rows(self) -> Rows | None:
        """Which rows the list has, and where those begin that are queued."""
        return self._store.rows(self._worker.campaign_id)

    def put_off(self) -> list[Waiting]:
        """Those that are put off, by what they wait for."""
        return self._store.put_off(self._worker.campaign_id)

    def release(self, ends: Callable[[str], bool]) -> None:
        """Makes those due that wait for something (`put_off`) for which nobody has to wait any more."""
        for one in self.put_off():
            if ends(one.why):
                self._store.due_now(self._worker.campaign_id, one.why)

    def heartbeat(self, now: float) -> None:
        """A sign of life, where the last is a while ago."""
        if now - self._sign_of_life >= self._heartbeat:
            self._store.heartbeat(self._worker, now)
            self._sign_of_life = now

    def tell(self, doing: Doing, now: float) -> None:
        """Writes down what we do: soon where other things hold us, else now and then."""
        wait = self._heartbeat if doing.same_holds(self._told) else _SOON
        if now - self._told_at >= wait and doing != self._told:
            self._store.tell(self._worker, doing.to_json())
            self._told, self._told_at = doing, now

    def why_stopped(self) -> str:
        """Why somebody paused or cancelled it since we began; "" where no reason was given."""
        end = self._store.last_event(self._campaign, EventKind.RUN_ENDED)
        return end[1] if end is not None and end != self._ended_before else ""

    def expire(self, why: str) -> None:
        """Gives up all that wait."""
        self.tally.other += self._store.expire(self._worker.campaign_id, why)

    def waiting(self) -> tuple[bool, int]:
        """Whether any recipient is queued, and how many are put off."""
        return self._store.waiting(self._worker.campaign_id)

    def has_due(self, now: float) -> bool:
        """Whether anybody may be sent to now."""
        queued, retrying = self.waiting()
        due = self.next_due() if retrying and not queued else None
        return queued or (due is not None and due <= now)

    def next_due(self) -> float | None:
        """When the first of those that are put off is due."""
        return self._store.next_due(self._worker.campaign_id)

    def campaign(self) -> CampaignRecord | None:
        """The campaign as others see it now; None where it was deleted."""
        return self._store.campaign(self._campaign)

    def _begin(self, verdicts: int) -> _Buffer:
        """The buffer that takes so many more verdicts."""
        buffer = self._buffer
        if not buffer.count:
            buffer.since = self._clock()
        buffer.count += verdicts
        return buffer

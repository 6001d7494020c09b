"""The loop of a run: lease, render, hand to the engine, settle in batches; waits without being busy."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat

from ... import _core
from ...store import Accepted, Attempt, LeasedRecipient, Settled, Status, Store
from ..lists.addresses import address_key
from ..spec import CampaignSpec
from ..words import moment
from .lanes import Lane, LanePool
from .recovery import from_failure
from .render import Renderer
from .run_state import Display, Ending, RunOptions, Tally
from .tickets import pack
from .verdicts import Rules, of_accepted, suppresses

CHUNK = 250
MOST_OUTSTANDING = 4 * CHUNK
_BATCH = 500
_BATCH_AGE = 0.05
_GATHER = 0.01
_POLL = 0.5  # seconds between looks at pause(), Ctrl-C and the clock
_WINDOW, _WINDOW_BAD = 50, 20
_MOST_BREAKS = 3


@dataclass(slots=True)
class _Buffer:
    rows: list[Settled] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    suppress: dict[str, list[str]] = field(default_factory=dict)
    since: float = 0.0
    count: int = 0  # of verdicts


class Runner:
    """One run of one campaign. `stop` may be called from any thread or signal handler."""

    def __init__(
        self,
        store: Store,
        campaign_id: int,
        epoch: int,
        spec: CampaignSpec,
        renderer: Renderer,
        rules: Rules,
        pool: LanePool,
        engine: _core.Engine,
        queue: _core.OutcomeQueue,
        journal: _core.Journal,
        display: Display,
        options: RunOptions,
    ) -> None:
        self._store, self._id, self._epoch = store, campaign_id, epoch
        self._spec, self._renderer, self._rules = spec, renderer, rules
        self._pool, self._engine, self._queue, self._journal = pool, engine, queue, journal
        self._display, self._options, self._clock = display, options, options.clock
        self._outstanding: dict[int, tuple[LeasedRecipient, Lane]] = {}
        self._buffer = _Buffer()
        self._leases = 0
        self._recent: deque[bool] = deque(maxlen=_WINDOW)
        self._ending: Ending | None = None
        self._cancelled = False
        self._waiting: set[int] = set()
        self._broken: dict[int, int] = {}
        self._next_poll = 0.0
        self._busy_since: float | None = None
        counts = store.counts(campaign_id)
        self.tally = Tally(self._clock(), pending=counts[Status.QUEUED] + counts[Status.RETRYING])
        self.tally.retrying = self._retrying_before = counts[Status.RETRYING]

    @property
    def lanes(self) -> list[Lane]:
        """The accounts of this run."""
        return self._pool.lanes

    def stop(self, state: str, why: str) -> None:
        """Asks the loop to end: nothing new is begun, what is in flight ends, all is settled."""
        if self._ending is None:
            self._ending = Ending(state, why)

    def run(self) -> Ending:
        """Runs until done or stopped."""
        while True:
            now = self._clock()
            self._look_around(now)
            wait = self._advance(now)
            if self._outstanding and self._busy_since is None:
                self._busy_since = now
            if wait is None:
                self._flush()
                return self._ending or Ending()
            if self._queue.wait(wait):
                if len(self._outstanding) > 2 * CHUNK:  # the engine has work for longer: many at once cost less
                    self._queue.wait(_GATHER, CHUNK)
                self._take(self._queue.drain())
            if self._busy_since is not None:
                later = self._clock()
                self.tally.sending += later - self._busy_since
                self._busy_since = later if self._outstanding else None
            self._flush_if_due()

    def _advance(self, now: float) -> float | None:
        """Begins what can begin; how long to wait then. None: the end."""
        if self._ending is not None:
            if not self._cancelled:
                self._cancelled = True
                self._engine.cancel(self._queue)
            return self._wait_time() if self._outstanding else None
        begun = self._fill(now)
        if self._outstanding or begun:
            return self._wait_time()
        self._flush()
        return self._idle(now)

    def _wait_time(self) -> float:
        return _BATCH_AGE if self._buffer.count else _POLL

    def _fill(self, now: float) -> bool:
        """Leases and submits until the accounts are busy. True where recipients were leased."""
        begun = False
        while (choice := self._pool.pick(now)) is not None:
            lane, room = choice
            leased = self._store.lease(self._id, self._epoch, room, now) if room else []
            if not leased:
                break
            begun = True
            self._submit(lane, leased, now)
            self._flush_if_due()
        return begun

    def _submit(self, lane: Lane, leased: Sequence[LeasedRecipient], now: float) -> None:
        self._leases += 1
        keys = [address_key(recipient.address) for recipient in leased]
        suppressed = self._store.suppressed_among(keys)
        allowed: list[LeasedRecipient] = []
        for recipient, key in zip(leased, keys, strict=True):
            if recipient.attempts and recipient.row not in self._waiting and self._retrying_before:
                self._retrying_before -= 1
            self._waiting.discard(recipient.row)
            if key in suppressed:
                self._keep(
                    Settled(recipient.row, Status.SUPPRESSED, "suppressed", detail=suppressed[key], counts=False)
                )
            else:
                allowed.append(recipient)
        letters = self._renderer.letters(allowed)
        for recipient, error in letters.failed:
            self._keep(
                Settled(recipient.row, Status.INVALID, "message_malformed", detail=str(error), at=now, counts=False)
            )
        recipients = letters.recipients
        if not recipients:
            return
        tickets = [pack(self._leases, lane.index, one.attempts, one.row) for one in recipients]
        self._outstanding.update(zip(tickets, zip(recipients, repeat(lane), strict=False), strict=True))
        lane.outstanding += len(tickets)
        uid, domain = self._spec.uid, lane.mail_from.rpartition("@")[2]
        self._engine.submit_merge(
            lane.id, self._queue, self._journal, lane.program, lane.mail_from,
            tickets=tickets,
            to_address=[one.address for one in recipients],
            to_name=letters.to_name,
            message_id=[one.message_id or f"{uid}.{one.row}@{domain}" for one in recipients],
            letter_id=[str(one.row) for one in recipients],
            columns=letters.columns,
            attachments=letters.attachments,
        )  # fmt: skip

    def _take(self, batch: _core.Batch) -> None:
        """The outcomes of a batch into the buffer; what they say of the accounts to the pool."""
        now = self._clock()
        found = [self._outstanding.pop(ticket) for ticket in batch["ticket"]]
        failures = batch["failure"]
        accepted = [i for i, failure in enumerate(failures) if failure is None]
        for index, count in Counter([lane.index for _, lane in found]).items():
            self._pool.lanes[index].outstanding -= count
        self._keep_accepted(batch, accepted, found)
        if len(accepted) < len(found):
            self._take_failures(batch, found, now)
        else:
            self._recent.extend(repeat(False, min(len(accepted), _WINDOW)))
        for index, count in Counter([found[i][1].index for i in accepted]).items():
            self._pool.succeeded(self._pool.lanes[index], count)

    def _take_failures(self, batch: _core.Batch, found: Sequence[tuple[LeasedRecipient, Lane]], now: float) -> None:
        untouched: dict[int, _core.RawFailure] = {}
        stopped = False
        for i, failure in enumerate(batch["failure"]):
            if failure is None:
                self._recent.append(False)
                continue
            recipient, lane = found[i]
            if batch["untouched"][i] and self._breaks_connections(recipient.row, failure):
                batch["untouched"][i] = False
            settled, attempt = from_failure(self._rules, recipient, failure, batch, i, lane.account.name)
            ours = failure.phase == "local" and failure.category == "connection_lost"
            if batch["untouched"][i] and not ours:
                first = lane.index not in untouched
                untouched.setdefault(lane.index, failure)
                self._keep(settled, attempt if first else None)  # one row of history for a connection that failed
                continue
            self._keep(settled, None if ours or failure.phase == "local" else attempt)
            if ours:
                continue
            stopped |= self._pool.failed(lane, failure, now)
            self._judge_campaign(failure)
            if settled.status is Status.REFUSED and suppresses(failure):
                self._buffer.suppress.setdefault(failure.category, []).append(address_key(recipient.address))
        for index, failure in untouched.items():
            self._pool.gave_back(self._pool.lanes[index], failure, now)
        if stopped:
            self._engine.cancel(self._queue)  # what that account has not begun goes back to the queue

    def _breaks_connections(self, row: int, failure: _core.RawFailure) -> bool:
        """Whether connections broke over this letter again and again: then it was tried, whatever was answered."""
        if failure.category != "connection_lost" or failure.phase not in ("mail", "rcpt", "data", "final"):
            return False
        self._broken[row] = self._broken.get(row, 0) + 1
        return self._broken[row] >= _MOST_BREAKS

    def _judge_campaign(self, failure: _core.RawFailure) -> None:
        """Stops before a whole list is burnt on a letter, domain or address that servers object to."""
        self._recent.append(failure.pause != "none" and failure.permanence == "permanent")
        if sum(self._recent) >= _WINDOW_BAD:
            self.stop("paused", f"{sum(self._recent)} of the last {len(self._recent)} letters: {failure.describe()}")

    def _keep_accepted(
        self, batch: _core.Batch, rows: Sequence[int], found: Sequence[tuple[LeasedRecipient, Lane]]
    ) -> None:
        """Those that the server took, as most are, all at once."""
        if not rows:
            return
        recipients = [found[i][0] for i in rows]
        accounts = [found[i][1].account.name for i in rows]
        self._begin_buffer(len(rows)).accepted.append(of_accepted(self._rules, recipients, batch, rows, accounts))
        self.tally.accepted += len(rows)

    def _begin_buffer(self, verdicts: int) -> _Buffer:
        """The buffer that takes so many more verdicts."""
        buffer = self._buffer
        if not buffer.count:
            buffer.since = self._clock()
        buffer.count += verdicts
        return buffer

    def _keep(self, settled: Settled, attempt: Attempt | None = None) -> None:
        buffer, tally = self._begin_buffer(1), self.tally
        buffer.rows.append(settled)
        if attempt is not None:
            buffer.attempts.append(attempt)
        status = settled.status
        if status is Status.REFUSED:
            tally.refused += 1
        elif status is Status.RETRYING:
            self._waiting.add(settled.row)
        elif status is not Status.QUEUED:
            tally.other += 1

    def _flush_if_due(self) -> None:
        buffer = self._buffer
        if buffer.count >= _BATCH or (buffer.count and self._clock() - buffer.since >= _BATCH_AGE):
            self._flush()

    def _flush(self) -> None:
        buffer = self._buffer
        if not buffer.count:
            return
        for reason, addresses in buffer.suppress.items():
            self._store.suppress(addresses, reason, self._clock())
        self._store.settle(self._id, self._epoch, buffer.rows, buffer.attempts, buffer.accepted)
        self._buffer = _Buffer()
        self.tally.retrying = self._retrying_before + len(self._waiting)
        self.tally.note = ""
        self._display.update(self.tally)

    def _idle(self, now: float) -> float | None:
        """Nothing is in flight and nothing could begin: wait for a time, or end (None)."""
        queued, retrying = self._store.waiting(self._id)
        if not queued and not retrying:
            return None
        due = self._store.next_due(self._id)
        if not queued and due is not None and not self._options.wait_for_retries:
            self.stop("paused", f"{retrying:,} recipients are to be tried again from {moment(due, now)} on")
            return None
        free = self._pool.next_time()
        if free is None:
            self.stop("paused", self._pool.why_none())
            return None
        if queued and free <= now:
            return 0.001
        if queued:
            at, note = free, f"{self._pool.why_none()}; next letter {moment(free, now)}"
        else:
            at = max(due or now, free if free > now else 0.0)
            note = f"{retrying:,} recipients wait for their next try at {moment(at, now)}"
        self.tally.note = note
        self._display.update(self.tally)
        return min(_POLL, max(0.001, at - now))

    def _look_around(self, now: float) -> None:
        """Time that is over, pause() and cancel() from other places, a journal that cannot be written."""
        if now < self._next_poll or self._ending is not None:
            return
        self._next_poll = now + _POLL
        most = self._options.max_seconds
        if most is not None and now - self.tally.started >= most:
            self.stop("paused", f"max_seconds={most:g} are over")
        elif error := self._journal.error:
            self.stop("paused", f"the journal cannot be written: {error}")
        else:
            record = self._store.campaign(self._rules.campaign)
            if record is None or record.state in ("paused", "cancelled"):
                self.stop(record.state if record else "cancelled", "asked to by pause() or cancel()")

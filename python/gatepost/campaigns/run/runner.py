"""The loop of a run: lease, render, hand to the engine, settle in batches; waits without being busy."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from itertools import islice

from ...addresses import domain_of
from ...store import LeasedRecipient, Settled, Status
from ..paused_domains import PausedDomains, waits_for
from ..words import count, moment, waiting_words
from .dispatch import CHUNK, Dispatch
from .doing import MOST_HOLDS, Doing, Hold
from .journal_files import JournalFiles
from .lanes import RunLane
from .ledger import BATCH_AGE, Ledger
from .others import Others
from .outcomes import Outcomes
from .pace import Pace
from .providers import Providers
from .render import Renderer
from .row_choice import RowChoice
from .run_state import STOPPED_BY_ACCOUNTS, Display, RunControl, RunEnd, RunOptions, Tally
from .seeds import SeedCopies
from .windows import Windows

_LATE = 1.0  # seconds of waiting after which a log line says why
_log = logging.getLogger(__name__)
_RATE_AFTER = 1.0  # seconds of sending before a rate means anything
_POLL = 0.5  # seconds between looks at pause(), Ctrl-C and the clock


class Runner:
    """One run of one campaign; `control` ends it."""

    def __init__(
        self,
        ledger: Ledger,
        renderer: Renderer,
        dispatch: Dispatch,
        files: JournalFiles,
        providers: Providers,
        outcomes: Outcomes,
        display: Display,
        options: RunOptions,
        control: RunControl,
        seeds: SeedCopies,
        others: Others | None = None,
    ) -> None:
        self._ledger, self._renderer = ledger, renderer
        self._pool, self._dispatch, self._outcomes = dispatch.pool, dispatch, outcomes
        self._files, self._providers = files, providers
        self._choice = RowChoice(renderer.row_options, dispatch.pool, ledger)
        self._display, self._options, self._clock = display, options, options.clock
        self._control, self._others, self._seeds = control, others, seeds
        self._windows = Windows(options.window, renderer.row_options.columns.get("timezone"), ledger)
        rows = ledger.rows() if options.spread is not None else None
        self._pace = None if rows is None or options.spread is None else Pace(rows, options.spread, self._clock())
        self._said_of = (0, "", "")  # how many are put off, until when, and what for in words
        self._paused, self._heard = PausedDomains(), False
        self._reach = 0  # how many are leased at least: many, where those before had to wait
        control.tally = ledger.tally
        control.held = lambda: self._pool.held
        self._cancelled = False
        self._next_poll = 0.0
        self._began = False  # to lease
        self._busy_since: float | None = None
        self._drained = False  # the last look found nobody more to send to
        self._held_since = 0.0  # since when nothing goes for a limit; 0: something does
        self._said = False
        self._held_domains: dict[str, Hold] = {}
        self._limits = {one.account.name: tuple(one.account.limits.windows) for one in dispatch.pool.lanes}

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return self._ledger.tally

    def run(self) -> RunEnd:
        """Runs until done or stopped."""
        while True:
            now = self._clock()
            self._look_around(now)
            wait = self._advance(now)
            if len(self._dispatch) and self._busy_since is None:
                self._busy_since = now
            if wait is None:
                self._outcomes.end()
                self._show(self._ledger.flush())
                if self._control.ending is None:
                    self._seeds.finish()
                return self._control.ending or RunEnd()
            if self._dispatch.wait(wait):
                self._take()
            self._count_busy_time()
            self._show(self._ledger.flush_if_due())

    def _advance(self, now: float) -> float | None:
        """Begins what can begin; how long to wait then. None: the end."""
        if self._control.ending is not None:
            if not self._cancelled:
                self._cancelled = True
                self._dispatch.cancel()
            return self._wait_time(now) if len(self._dispatch) else None
        if self._options.start_at is not None and now < self._options.start_at:
            return self._until(self._options.start_at, now, "it starts")
        if self._options.expires_at is not None and now >= self._options.expires_at:
            self._ledger.expire(f"the campaign's time was over at {moment(self._options.expires_at, now)}")
        opens = self._windows.opens(now)
        if self._windows.has_closed(now):
            self._dispatch.cancel()
        if opens > now and self._ledger.has_due(now):
            return self._until(opens, now, "its send window opens")
        begun = self._fill(now)
        if len(self._dispatch) or begun:
            return self._wait_time(now)
        self._show(self._ledger.flush())
        return self._idle(now)

    def _wait_time(self, now: float) -> float:
        free = self._pool.next_time(now) or 0.0
        return BATCH_AGE if self._ledger.has_unsettled else min(_POLL, free - now) if free > now else _POLL

    def _fill(self, now: float) -> bool:
        """Leases and submits until the accounts are busy. True where recipients were leased."""
        begun = False
        if self._drained and not self._ledger.has_due(now):
            return False  # no tokens are reserved for nobody
        while (choice := self._pool.pick(now)) is not None:
            lane, room = choice
            if self._stopped_meanwhile():
                break
            last_row = None if self._pace is None else self._pace.last_row(now)
            wanted = max(room, self._reach) if room else 0
            leased = self._ledger.lease(wanted, now, last_row) if wanted else []
            if leased:
                begun = True
                self._held_since, self._said = 0.0, False
                self._submit(lane, leased, now, room)
                self._show(self._ledger.flush_if_due())
                if self._choice.busy:
                    break
            elif room and lane.shared is not None:
                lane.shared.return_unused()
            self._drained = len(leased) < wanted
            if self._drained or not room:
                break
        return begun

    def _stopped_meanwhile(self) -> bool:
        """Whether the run was told to end while an account was asked for its token, which may have taken long."""
        if not self._began:
            self._began, self._next_poll = True, 0.0
        self._look_around(self._clock())
        return self._control.ending is not None

    def _submit(self, lane: RunLane, leased: Sequence[LeasedRecipient], now: float, room: int) -> None:
        allowed = self._without_held(self._windows.open_now(self._ledger.without_suppressed(leased), now), now)
        self._reach = 0 if allowed else CHUNK
        for recipient in allowed[room:]:
            self._ledger.put_back(recipient, now)
        for through, some in self._choice.sorted(lane, allowed[:room], now):
            letters = self._renderer.letters(some)
            for recipient, error in letters.failed:
                self._ledger.keep(
                    Settled(recipient.row, Status.INVALID, "message_malformed", detail=str(error), at=now, counts=False)
                )
            self._dispatch.submit(through, letters)
            self._seeds.letters_go(letters.recipients)

    def _without_held(self, leased: Sequence[LeasedRecipient], now: float) -> list[LeasedRecipient]:
        """Without those whose domain is paused by hand, or whose provider refuses everybody, or wants less, now."""
        allowed = []
        for recipient in leased:
            domain = domain_of(recipient.address)
            if name := self._paused.name_for(domain):
                self._ledger.wait(recipient, None, waits_for(name))
            elif hold := self._providers.hold(domain, now):
                self._held_domains[domain] = Hold("domain", domain, hold.why, until=hold.until)
                self._ledger.hold(recipient, hold.until, hold.why)
            else:
                allowed.append(recipient)
        return allowed

    def _recall_suppressed(self) -> None:
        """Who came onto the suppression list since gets no letter that has not begun: it comes back and is left out."""
        waiting = self._dispatch.recipients
        suppressed = self._ledger.suppressed_among([one.address for one in waiting.values()])
        if suppressed:
            self._dispatch.recall([ticket for ticket, one in waiting.items() if one.address in suppressed])

    def _hear_of_domains(self, names: Collection[str]) -> None:
        """What is paused now: letters to it that have not begun come back; who waited for what is not, does no more."""
        if self._heard and self._paused.names == frozenset(names):
            return
        self._heard, self._paused = True, PausedDomains(names)
        self._show(self._ledger.flush())
        self._ledger.release(self._paused.has_ended)
        waiting = self._dispatch.recipients
        self._dispatch.recall([one for one, to in waiting.items() if self._paused.name_for(domain_of(to.address))])

    def _take(self) -> None:
        now = self._clock()
        if self._outcomes.take(*self._dispatch.take(), now):
            self._dispatch.cancel()  # what that account has not begun goes back to the queue
        if self._outcomes.objection:
            self._control.stop("paused", self._outcomes.objection, everybody=True)

    def _count_busy_time(self) -> None:
        if self._busy_since is not None:
            now = self._clock()
            self.tally.sending += now - self._busy_since
            self._busy_since = now if len(self._dispatch) else None

    def _show(self, changed: bool) -> None:
        """Where verdicts were settled."""
        if changed:
            self._files.settled(self._dispatch.outstanding)
            self._display.update(self.tally)

    def _idle(self, now: float) -> float | None:
        """Nothing is in flight and nothing could begin: wait for a time, or end (None)."""
        queued, retrying = self._ledger.waiting()
        if not queued and not retrying:
            if self._others is None or not self._others.busy():
                return None
            return self._wait_for("other workers send the last ones")
        due = self._ledger.next_due()
        if not queued and due is None:
            return self._until_told(retrying, now)
        if not queued and due is not None and not self._options.wait_for_retries:
            self._control.stop("paused", self._put_off(retrying, f"to be tried again from {moment(due, now)} on", now))
            return None
        free = self._pool.next_time(now)
        if free is None:
            self._control.stop("paused", self._pool.why_none(), by=STOPPED_BY_ACCOUNTS)
            return None
        turn = self._pace.next_time(now) if queued and self._pace is not None and self._drained else now
        if queued and turn > now and free <= turn:
            self._wait_for(f"spread evenly; next letter {moment(turn, now)}")
            return min(_POLL, turn - now)
        if queued and free <= now:
            return 0.001
        if queued:
            self._say_held(now)
            at, note = free, f"{self._pool.why_none()}; next letter {moment(free, now)}"
        else:
            at = max(due or now, free if free > now else 0.0)
            note = self._put_off(retrying, f"put off until {moment(at, now)}", now)
        self._wait_for(note)
        return min(_POLL, max(0.001, at - now))

    def _until(self, at: float, now: float, what: str) -> float | None:
        """Nobody may get a letter before: how long to wait, or None where the run does not."""
        note = f"{what} at {moment(at, now)}"
        if not self._options.wait_for_retries:
            self._control.stop("paused", note, everybody=True)
            return self._wait_time(now) if len(self._dispatch) else None
        self._wait_for(note)
        return min(_POLL, max(0.001, at - now))

    def _until_told(self, retrying: int, now: float) -> float | None:
        """All that are left wait for somebody's word, which may come from any process."""
        note = self._put_off(retrying, "put off", now)
        if not self._options.wait_for_retries:
            self._control.stop("paused", note)
            return None
        return self._wait_for(note)

    def _put_off(self, retrying: int, words: str, now: float) -> str:
        """Whom nobody sends to now, and what they wait for; `words` are of those whom their servers put off."""
        if self._said_of[:2] != (retrying, words):  # asking takes longer, the more there are
            held = [one for one in self._ledger.put_off() if one.why]
            others = retrying - sum(one.recipients for one in held)
            said = [f"{count(others, 'recipient')} {words}"] if others > 0 else []
            self._said_of = (
                retrying,
                words,
                "; ".join([*said, *(waiting_words(one, now).rstrip(".") for one in held)]),
            )
        return self._said_of[2]

    def _wait_for(self, note: str) -> float:
        self.tally.note = note
        self._display.update(self.tally)
        return _POLL

    def _say_held(self, now: float) -> None:
        """A log line, once for each wait that takes longer than a moment."""
        if not self._pool.held:
            return
        self._held_since = self._held_since or now
        if now - self._held_since >= _LATE and not self._said:
            self._said = True
            for account, held in self._pool.held.items():
                _log.warning("campaign waits for account %s: %s", account, held)

    def _look_around(self, now: float) -> None:
        """Time that is over, pause() and cancel() from other places, a journal that cannot be written."""
        if now < self._next_poll:
            return
        self._next_poll = now + _POLL
        self._recall_suppressed()
        self._ledger.heartbeat(now)
        self._ledger.tell(self._doing(now), now)
        if self._others is not None:
            self._others.look()
        if self._control.ending is not None:
            return
        most = self._options.max_seconds
        if most is not None and now - self.tally.started >= most:
            self._control.stop("paused", f"max_seconds={most:g} are over")
        elif error := self._dispatch.error:
            self._control.stop("paused", f"the journal cannot be written: {error}")
        else:
            record = self._ledger.campaign()
            if record is None or record.state in ("paused", "cancelled"):
                ending = "cancelled" if record is None else record.state
                why = self._ledger.why_stopped() or "asked to by pause() or cancel()"
                self._control.stop(ending, why, everybody=True)
            else:
                self._hear_of_domains(record.spec.get("paused", ()))

    def _doing(self, now: float) -> Doing:
        """For those who ask in other processes."""
        self._held_domains = {name: hold for name, hold in self._held_domains.items() if (hold.until or now) > now}
        holds = [*self._pool.holds(now), *islice(self._held_domains.values(), MOST_HOLDS)]
        if self._options.start_at is not None and now < self._options.start_at:
            holds.append(Hold("start", "", "", until=self._options.start_at))
        tally = self.tally
        rate = tally.finished / tally.sending if tally.sending >= _RATE_AFTER else 0.0
        return Doing(tuple(holds), self._limits, round(rate, 2))

"""One run from lock to report: recover, send, settle, say what became of it."""

from __future__ import annotations

import secrets
import shlex
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ... import _core
from ...addresses import domain_of
from ...language import gettext as _
from ...process import Home
from ...sending.shared_limits import SharedLimits
from ...store import CampaignRecord, Event, EventKind, StaleRun, Store, StoreError, Worker
from ..report import CampaignReport, make_report
from ..spec import CampaignSpec
from ..warm_ups import warm_up_of
from ..words import count, moment
from .brake import Brake
from .dispatch import CHUNK, MOST_OUTSTANDING, Dispatch
from .interrupts import SIGNALS, pause_on_interrupt
from .journal_files import JournalFiles
from .lanes import LanePool, RunLane
from .ledger import HEARTBEAT, Ledger
from .others import Others
from .outcomes import Outcomes
from .probe import refuse_what_no_row_passes
from .progress import display
from .providers import Providers
from .recovery import Recovered, recover
from .render import Renderer
from .run_lock import RunLock
from .run_state import RunControl, RunEnd, RunOptions, Tally
from .runner import Runner
from .seats import Seats, this_process
from .seeds import SeedCopies
from .shaping import Shaper
from .verdicts import VerdictRules

if TYPE_CHECKING:
    from ...accounts import Account

_GRACE = 5.0  # seconds for QUIT
_ASKED = "asked to by pause() or cancel()"


class CampaignRun:
    """A run of a campaign in this thread, by one worker. `senders`: each account with what From shows through it."""

    def __init__(
        self,
        store: Store,
        record: CampaignRecord,
        spec: CampaignSpec,
        senders: Sequence[tuple[Account, str]],
        options: RunOptions,
        control: RunControl | None = None,
    ) -> None:
        self._store, self._record, self._spec = store, record, spec
        self._senders, self._options = senders, options
        self._control = control or RunControl()
        self._home = Home()
        self._rules = VerdictRules(record.name, spec.retry, spec.in_doubt)
        self._renderer = Renderer(spec)
        self._brake = Brake(options.max_refused)
        self._seats = Seats(store, record, self._rules, self._message_id, options.clock)
        self._seeds = SeedCopies(store, record.id, spec, *senders[0])
        self._from: tuple[str, ...] = (record.state,)  # it may have been this up to now
        self._ours: tuple[str, ...] = ("running",)  # and this while we ran
        self._others: Others | None = None

    def run(self) -> CampaignReport:
        """Sends to all that are left. AlreadyRunning where another run holds the campaign; StaleRun where one took it
        over; InputError where no letter can be made."""
        store, record = self._store, self._record
        lock = self._lock()
        try:
            # Whoever paused or cancelled it since this run was asked for is heard.
            stopped = self._control.ending is not None
            if not stopped and not store.set_state(record.id, "running", only_from=self._from):
                self._control.stop(self._state(), _ASKED)
            self._ours = ("running", record.state) if stopped and record.state != "cancelled" else ("running",)
            try:
                with pause_on_interrupt(lambda why, by: self._control.stop("paused", why, by)):
                    recovered = self._recover(lock)
                    ending, lanes = self._work(lock)
            except StaleRun:
                raise
            except BaseException as error:  # the journal has what was in flight
                if self._home.here:
                    with suppress(StoreError):  # which may be what broke off the run
                        self._break_off(str(error) or "interrupted")
                raise
            return self._report(self._conclude(ending), lanes, recovered)
        finally:
            lock.release()

    def _lock(self) -> RunLock:
        """Nobody else runs it as long as we have this."""
        return RunLock(self._store.identity, self._record.id, self._record.name)

    def _work(self, lock: RunLock) -> tuple[RunEnd, list[RunLane]]:
        """Sends as one worker, from joining to leaving."""
        worker = self._store.join(self._record.id, this_process(), self._options.clock())
        lock.write_down([account.name for account, _ in self._senders], self._store.fact("uid"))
        ending, lanes = self._send(lock, worker)
        self._store.leave(worker)
        return ending, lanes

    def _break_off(self, why: str) -> None:
        """An error ends the run."""
        self._store.set_state(self._record.id, "paused", only_from="running")
        self._note_end(RunEnd("paused", why))

    def _conclude(self, ending: RunEnd) -> RunEnd:
        """Writes down how the run ended, unless somebody else did."""
        if not self._store.set_state(self._record.id, ending.state, only_from=self._ours):
            ending = RunEnd(self._state(), ending.why or _ASKED, ending.by)
        self._note_end(ending)
        return ending

    def _note_end(self, ending: RunEnd) -> None:
        """For those who look later."""
        key = f"run_ended:{secrets.token_hex(8)}"
        at, tally = self._options.clock(), self._control.tally
        waited = f"; until then: {tally.note}" if ending.by in SIGNALS and tally is not None and tally.note else ""
        name, why = self._record.name, ending.why + waited
        if self._brake.withheld:
            why = f"{why}\n{self._storm()}"
        event = Event(key, at, EventKind.RUN_ENDED, campaign=name, category=ending.by, detail=why)
        self._store.add_events([event])

    def _state(self) -> str:
        record = self._store.campaign(self._record.name)
        return "cancelled" if record is None else record.state

    def _recover(self, lock: RunLock) -> Recovered:
        """Settles what earlier runs left: as we have the lock, all of them are dead."""
        recovered = self._seats.settle_left()
        now = self._options.clock()
        dead = self._store.take_over(self._record.id, this_process(), now)
        return recovered + recover(self._store, dead, lock, self._rules, self._message_id, now)

    def _message_id(self, row: int) -> str:
        domain = domain_of(_core.parse_mailbox(self._senders[0][1])[1])
        return self._spec.message_id(row, domain)

    def _send(self, lock: RunLock, worker: Worker) -> tuple[RunEnd, list[RunLane]]:
        if self._control.ending is not None:
            return self._control.ending, []
        engine = _core.Engine()
        lanes: list[RunLane] = []
        try:
            journal = lock.journal.create()
            self._open_lanes(engine, lanes)
            refuse_what_no_row_passes(
                self._store, worker, self._renderer, lanes[0].program, self._record.name, self._options.clock()
            )
            pool = LanePool(engine, lanes, CHUNK, MOST_OUTSTANDING, self._spec.retry, self._options.wait_for_retries)
            ending = self._loop(worker, Dispatch(engine, journal, pool, self._spec), lock.journal)
            engine.stop(_GRACE)
            lock.journal.remove()
            return ending, lanes
        finally:
            engine.stop(0.0)
            for lane in lanes:
                if lane.shared is not None:
                    lane.shared.close()
                    lane.shared = None

    def _loop(self, worker: Worker, dispatch: Dispatch, files: JournalFiles) -> RunEnd:
        options, control = self._options, self._control
        ledger = Ledger(self._store, worker, self._record.name, options.clock, min(HEARTBEAT, options.lease / 6))
        providers = Providers(self._brake, Shaper(self._spec.retry.max_age))
        outcomes = Outcomes(self._rules, ledger, dispatch.pool, providers)
        with display(options.progress, self._record.name, options.console) as shown:
            runner = Runner(
                ledger,
                self._renderer,
                dispatch,
                files,
                providers,
                outcomes,
                shown,
                options,
                control,
                self._seeds,
                self._others,
            )
            return runner.run()

    def _open_lanes(self, engine: _core.Engine, lanes: list[RunLane]) -> None:
        for index, (account, sender) in enumerate(self._senders):
            options = account._lane_options()
            watch = account._watch
            options.connect.session.keep_transcript = watch is not None and watch.keeps_transcripts
            lane = engine.add_lane(options)
            mail_from = _core.parse_mailbox(sender)[1]
            lanes.append(RunLane(index, account, lane, mail_from, self._renderer.program(sender)))
            store = self._store if watch is None else watch.store
            if account.limits.windows and options.limiter is not None:
                self._remember(engine, lane, account, store, options.limiter.counting_since)
                lanes[-1].shared = SharedLimits(
                    options.limiter,
                    account._counted_as,
                    store,
                    priority=self._options.priority,
                    warm_up=warm_up_of(account, store) if account.limits.warm_up else None,
                )
            if watch is not None and (stop := watch.stopped()) is not None:
                until, why = stop
                lanes[-1].blocked_until, lanes[-1].blocked_why = until or 0.0, why
                lanes[-1].gone = "" if until else why

    def _remember(
        self, engine: _core.Engine, lane: int, account: Account, store: Store, counting_since: float | None
    ) -> None:
        """Counts what a store knows of the account and this process has not counted itself."""
        longest = max(window for _, window in account.limits.windows)
        sent = store.sent_times(account.name, self._options.clock() - longest)
        engine.remember_sent(lane, [at for at in sent if counting_since is None or at < counting_since])

    def _report(self, ending: RunEnd, lanes: Sequence[RunLane], recovered: Recovered) -> CampaignReport:
        now = self._options.clock()
        tally = self._control.tally or Tally(now)
        report = make_report(
            self._store,
            self._record.id,
            self._record.name,
            ending.state,
            seconds=now - tally.started,
            sent=tally.accepted,
            rate=tally.accepted / tally.sending if tally.sending > 0 else 0.0,
            why=ending.why,
            stopped_by=ending.by,
        )
        if recovered.settled or recovered.in_doubt:
            words = _(
                "From the run that broke off: {recipients} settled by the journal, {in_doubt} in doubt, {released} put "
                "back."
            )
            settled = count(recovered.settled, "recipient")
            numbers = {"in_doubt": f"{recovered.in_doubt:,}", "released": f"{recovered.released:,}"}
            report.notes.append(words.format(recipients=settled, **numbers))
        if self._brake.withheld:
            report.notes.append(self._storm())
        report.notes.extend(self._seeds.notes)
        for lane in lanes:
            if lane.gone and lane.gone in ending.why:
                continue
            if said := _about(lane, now):
                report.notes.append(said)
        return report

    def _storm(self) -> str:
        """What the brake kept off the suppression list, and how it is put back."""
        who = count(len(self._brake.withheld), "refused recipient")
        words = f"Most recipients were refused, so {who} did not go on the suppression list: a refusal on another day"
        if self._brake.since is None:
            return f"{words} will tell."
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(self._brake.since))
        return (
            f"{words} will tell. Once the server is well, put back what was refused since then with "
            f"gatepost campaign resend {shlex.quote(self._record.name)} --failed --since {at}"
        )


def _about(lane: RunLane, now: float) -> str:
    """What became of an account in this run; "" where there is nothing to say."""
    until: float | None = None
    if lane.gone:
        words, why = _("Account {name} stopped: {why}"), lane.gone
    elif lane.blocked_until > now:
        words, why, until = _("Account {name} waits until {until}: {why}"), lane.blocked_why, lane.blocked_until
    elif lane.was_paused:
        words, why = _("Account {name} was paused and went on: {why}"), lane.was_paused
    elif lane.held is None:
        return ""
    else:
        words, why, until = _("Account {name} waits until {until}: {why}"), lane.held.why, lane.held.at
        if until is None:
            words = _("Account {name} waits: {why}")
    return words.format(name=lane.account.name, why=why, until="" if until is None else moment(until, now))

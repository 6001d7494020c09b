"""One run from lock to report: recover, send, settle, say what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from ... import _core
from ...store import CampaignRecord, StaleRun, Store
from ..report import CampaignReport, make_report
from ..spec import CampaignSpec
from ..words import count, moment
from .interrupts import pause_on_interrupt
from .lanes import Lane, LanePool
from .probe import refuse_what_no_row_passes
from .progress import display
from .recovery import Recovered, recover
from .render import Renderer
from .run_lock import RunLock
from .run_state import Ending, RunOptions
from .runner import CHUNK, MOST_OUTSTANDING, Runner
from .verdicts import Rules

if TYPE_CHECKING:
    from ...accounts import Account

_GRACE = 5.0  # seconds for QUIT


def run_campaign(
    store: Store,
    record: CampaignRecord,
    spec: CampaignSpec,
    accounts: Sequence[Account],
    senders: Sequence[str],
    options: RunOptions,
    *,
    progress: bool | None = None,
    console: Console | None = None,
    on_start: Callable[[Runner], None] = lambda runner: None,
) -> CampaignReport:
    """Runs a campaign in this thread. AlreadyRunning where another run holds it; StaleRun where one took it over."""
    rules = Rules(record.name, spec.retry, spec.in_doubt)
    renderer = Renderer(spec)
    lock = RunLock(store.url, record.id, record.name)
    try:
        epoch = store.begin_run(record.id)
        recovered = recover(
            store, record.id, epoch, rules, lock.journal, lock.accounts(), _message_ids(spec, senders), options.clock()
        )
        lock.write_accounts([account.name for account in accounts])
        store.set_state(record.id, "running")
        engine = _core.Engine()
        ending = Ending("paused", "stopped at once; the journal has what was in flight")
        stale = False
        try:
            journal = _core.Journal(str(lock.journal))
            lanes = _open_lanes(engine, store, renderer, accounts, senders, options.clock())
            refuse_what_no_row_passes(store, record.id, epoch, renderer, lanes[0].program, record.name, options.clock())
            pool = LanePool(engine, lanes, CHUNK, MOST_OUTSTANDING)
            with display(progress, record.name, console) as shown:
                runner = Runner(
                    store, record.id, epoch, spec, renderer, rules, pool, engine, _core.OutcomeQueue(), journal, shown,
                    options,
                )  # fmt: skip
                on_start(runner)
                with pause_on_interrupt(lambda: runner.stop("paused", "Ctrl-C")):
                    ending = runner.run()
            engine.stop(_GRACE)
            del journal
            lock.journal.unlink()
        except StaleRun:
            stale = True
            raise
        finally:
            engine.stop(0.0)
            if not stale:
                store.set_state(record.id, ending.state)
        return _report(store, record, ending, runner, recovered, options.clock())
    finally:
        lock.release()


def _message_ids(spec: CampaignSpec, senders: Sequence[str]) -> Callable[[int], str]:
    domain = _core.parse_mailbox(senders[0])[1].rpartition("@")[2]
    return lambda row: f"{spec.uid}.{row}@{domain}"


def _open_lanes(
    engine: _core.Engine, store: Store, renderer: Renderer, accounts: Sequence[Account], senders: Sequence[str],
    now: float,
) -> list[Lane]:  # fmt: skip
    lanes = []
    for index, (account, sender) in enumerate(zip(accounts, senders, strict=True)):
        lane = engine.add_lane(
            **{**account._lane_options(), "access_token": account._access_token(), "keep_transcript": False}
        )
        if account.limits:
            longest = max(window for _, window in account.limits)
            engine.remember_sent(lane, store.sent_times(account.name, now - longest))
        lanes.append(Lane(index, account, lane, _core.parse_mailbox(sender)[1], renderer.program(sender)))
    return lanes


def _report(
    store: Store, record: CampaignRecord, ending: Ending, runner: Runner, recovered: Recovered, now: float
) -> CampaignReport:
    seconds = now - runner.tally.started
    tally = runner.tally
    report = make_report(
        store,
        record.id,
        record.name,
        ending.state,
        seconds=seconds,
        sent=tally.accepted,
        rate=tally.accepted / tally.sending if tally.sending > 0 else 0.0,
        why=ending.why,
    )
    if recovered.settled or recovered.in_doubt:
        report.notes.append(
            f"From the run that broke off: {count(recovered.settled, 'recipient')} settled by the journal, "
            f"{recovered.in_doubt:,} in doubt, {recovered.released:,} put back."
        )
    for lane in runner.lanes:
        if lane.gone:
            report.notes.append(f"Account {lane.account.name} stopped: {lane.gone}")
        elif lane.blocked_until > now:
            until = moment(lane.blocked_until, now)
            report.notes.append(f"Account {lane.account.name} waits until {until}: {lane.blocked_why}")
    return report

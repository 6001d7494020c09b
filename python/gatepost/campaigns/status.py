"""How far a campaign is, and what it waits for."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any

from ..durations import duration
from ..shown import shown
from ..store import EventKind, Status, Store, Waiting
from .estimate import seconds_for, seconds_left
from .run.doing import Doing, Hold, read_doing, together
from .run.run_lock import RunLock
from .send_window import SendWindow
from .spec import CampaignSpec
from .warm_ups import warm_up_of
from .words import STATUS_WORDS, count, moment, waiting_words

if TYPE_CHECKING:
    from ..accounts import Account


_SILENT = 60.0  # seconds after which a worker on another machine counts as dead


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """Recipients by state. `state`: new, running, paused, done or cancelled. `held`: the accounts of a run in this
    process that wait for a limit, by name, each in words. `why`: why the last run ended before all was done, or "".
    `broken_off`: of a campaign that is running with no process at work, when and where it was last seen.

    Of runs in whatever process, as they told the store some seconds ago: `holds`, what letters wait for; `workers`, how
    many recipients each has in hand, by process; `seconds_left`, in how many seconds it may be done by limits and rate,
    None where that is not known. `silent`: recipients in the hands of workers that fell silent.

    `waits`: recipients that are held back, each kind with `why`, `recipients`, and `next_at` (Unix seconds) when the
    first of them is due. `paused_domains`: by hand."""

    name: str
    state: str
    counts: dict[str, int]
    held: dict[str, str] = field(default_factory=dict)
    why: str = ""
    broken_off: str = ""
    holds: tuple[Hold, ...] = ()
    workers: dict[str, int] = field(default_factory=dict)
    seconds_left: float | None = None
    silent: int = 0
    waits: list[Waiting] = field(default_factory=list)
    paused_domains: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Rows of the list."""
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """Recipients that are still to be sent to."""
        return sum(self.counts.get(status, 0) for status in ("queued", "retrying", "sending"))

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        waits = [one._asdict() for one in self.waits]
        return {**asdict(self), "waits": waits, "total": self.total, "left": self.left}

    def _holding(self, held: Mapping[str, object]) -> CampaignStatus:
        """The same, with what limits hold in this process."""
        holds = tuple(one for one in self.holds if one.kind != "limit" or one.name not in held)
        return replace(self, held={account: str(why) for account, why in held.items()}, holds=holds)

    def sentences(self) -> list[str]:
        """Who sends it now, what that waits for, and when it may be done."""
        said = []
        if self.workers:
            out = sum(self.workers.values())
            who = ", ".join(self.workers)
            said.append(f"{count(len(self.workers), 'worker')} at work ({who}) with {count(out, 'recipient')} in hand.")
        if self.silent:
            said.append(
                f"{count(self.silent, 'recipient')} in the hands of workers that fell silent: a worker started on "
                "their machines reads what their journals say."
            )
        said += [f"account {account} waits: {why}" for account, why in self.held.items()]
        said += map(str, self.holds)
        said += [f"{waiting_words(one, time.time())}." for one in self.waits]
        said += [f"domain {name} is paused; resume_domain({name!r}) ends it" for name in self.paused_domains]
        if self.seconds_left is not None:
            at = moment(time.time() + self.seconds_left)
            said.append(f"It may be done in {duration(self.seconds_left)}, at {at}, as far as limits and rate tell.")
        return said

    @property
    def _in_words(self) -> str:
        if self.broken_off:
            return "broken off"
        out = self.counts.get("sending", 0)
        return f"not done yet, {count(out, 'letter')} out" if self.state == "done" and out else self.state

    def __str__(self) -> str:
        state = self._in_words
        lines = [f"Campaign {self.name}: {state}, {self.left:,} of {count(self.total, 'row')} left"]
        if self.broken_off:
            lines.append(f"  No process is at work any more: {self.broken_off}.")
            lines.append("  run() goes on. What was under way is settled by the journal; who is in doubt is listed.")
        elif self.why:
            lines += [f"  {one}" for one in f"Not finished: {self.why}".split("\n")]
        lines += [f"  {one}" for one in self.sentences()]
        return "\n".join([*lines, *(f"  {n:>9,}  {s:<10} {STATUS_WORDS[s]}" for s, n in self.counts.items() if n)])

    def __repr__(self) -> str:
        counts = ", ".join(f"{status} {n:,}" for status, n in self.counts.items() if n)
        return f"<CampaignStatus {self.name}: {self._in_words}; {counts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:right'>{n:,}</td><td>{s}</td><td>{STATUS_WORDS[s]}</td></tr>"
            for s, n in self.counts.items()
            if n
        )
        said = "".join(f"<p>{escape(one)}</p>" for one in self.sentences())
        return f"<p><b>Campaign {escape(self.name)}: {self._in_words}</b></p>{said}<table>{rows}</table>"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What limits a campaign now, a sentence each."""

    sentences: list[str]

    def __str__(self) -> str:
        return shown("\n".join(self.sentences))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences) + "</ul>"


def read_status(store: Store, campaign_id: int, name: str, now: float) -> CampaignStatus:
    """From the ledger, and what workers told of themselves. `now`: Unix seconds."""
    counts = {status.value: n for status, n in store.counts(campaign_id).items()}
    record = store.campaign(name)
    state = record.state if record is not None else "deleted"
    ordered = {status: counts[status] for status in STATUS_WORDS if counts.get(status)}
    broken_off = _broken_off(store, campaign_id, name) if state == "running" else ""
    why = _why(store, name) if state in ("paused", "cancelled") else ""
    spec = {} if record is None else record.spec
    paused = list(spec.get("paused", ()))
    # Looking for them takes longer, the more there are.
    holds = "retrying" in ordered and bool(paused or spec.get("window"))
    waits = [one for one in store.put_off(campaign_id) if one.why] if holds else []
    workers = store.workers(campaign_id)
    living = [] if broken_off else [worker for worker in workers if not worker.lost]
    doing = together([read_doing(worker.doing) for worker in living])
    status = CampaignStatus(
        name,
        state,
        ordered,
        why=why,
        broken_off=broken_off,
        holds=_in_force(doing, now),
        waits=waits,
        paused_domains=paused,
    )
    # Who waits for an hour, or for somebody's word, does not go by limits and rate.
    predictable = living and state == "running" and not (spec.get("window") or spec.get("spread") or paused)
    return replace(
        status,
        workers={worker.owner: worker.held for worker in living},
        silent=sum(worker.held for worker in workers if worker.lost),
        seconds_left=_seconds_left(store, status, doing, campaign_id, now) if predictable else None,
    )


def _in_force(doing: Doing, now: float) -> tuple[Hold, ...]:
    """Without those whose time is over, which the next word of the worker leaves out."""
    return tuple(one for one in doing.holds if one.until is None or one.until > now)


def _seconds_left(store: Store, status: CampaignStatus, doing: Doing, campaign_id: int, now: float) -> float | None:
    """By the limits of the accounts, with what counts against them now; by the rate; and by the next try of those that
    are put off, where nobody else is left. None where no account says what it may."""
    stopped = {one.name for one in doing.holds if one.kind == "account" and one.until is None}
    accounts = [
        (limits, [_busy(store, name, window, now) for _, window in limits])
        for name, limits in doing.accounts.items()
        if name not in stopped
    ]
    least = seconds_left(status.left, accounts)
    if not status.left or math.isinf(least):
        return None
    waits = [one.until - now for one in doing.holds if one.kind in ("start", "server") and one.until is not None]
    due = store.next_due(campaign_id) if not status.counts.get("queued") else None
    by_rate = status.left / doing.rate if doing.rate else 0.0
    found = max(least, by_rate, *(waits if len(waits) >= len(accounts) else ()), due - now if due is not None else 0.0)
    return found or None


def _busy(store: Store, account: str, window: float, now: float) -> list[float]:
    """In how many seconds the letters come free that count against a limit now, ascending."""
    return [at + window - now for at in store.sent_times(account, now - window)]


def _why(store: Store, name: str) -> str:
    """Why the last run ended."""
    end = store.last_event(name, EventKind.RUN_ENDED)
    if end is None or not end[1]:
        return ""
    why, line, more = end[1].partition("\n")
    return f"{why} ({moment(end[0])}){line}{more}"


def _broken_off(store: Store, campaign_id: int, name: str) -> str:
    """When and where a run was seen last of which no process is left; "" where one is at work, or may be."""
    if RunLock.is_held(store.identity, campaign_id, name):
        return ""
    workers = [worker for worker in store.workers(campaign_id) if not worker.lost]
    if not workers:
        return "it ended before it began to send"
    latest = max(workers, key=lambda worker: worker.heartbeat)
    # Beside a file all locks are seen; over a network there are other machines, and other users of this one.
    here = "://" not in store.identity and latest.owner.partition(":")[0] == socket.gethostname()
    if not here and time.time() - latest.heartbeat < _SILENT:
        return ""  # another machine's
    return f"last seen {moment(latest.heartbeat)}, process {latest.owner}"


def explain_campaign(
    store: Store, campaign_id: int, name: str, spec: CampaignSpec, accounts: Sequence[Account], live: str, now: float
) -> Explanation:
    """From the ledger and the history of the accounts; `live`: what a run in this process waits for, or ""."""
    status = read_status(store, campaign_id, name, now)
    said = [
        f"The campaign is {status._in_words}; {status.left:,} of {count(status.total, 'row')} are still to be sent."
    ]
    if queued := status.counts.get("queued", 0):
        said.append(
            f"{count(queued, 'recipient')} not tried yet."
            if status.state == "running" and not status.broken_off
            else (f"{count(queued, 'recipient')} not tried yet: run() or resume() sends to them.")
        )
    said += _about_times(store, spec, status.left, accounts, now)
    for one in store.put_off(campaign_id) if status.counts.get(Status.RETRYING.value) else ():
        if one.why:
            said += [f"{waiting_words(one, now)}."] if one not in status.waits else []
            continue
        due = one.next_at or now
        when = f"the first at {moment(due, now)}" if due > now else "the first is due now"
        who = count(one.recipients, "recipient")
        said.append(f"{who} put off by their servers (greylisting and the like): {when}.")
    if n := status.counts.get("unknown", 0):
        doubt = "in doubt after a broken run: look, then unknown().resend() if they got nothing."
        said.append(f"{count(n, 'recipient')} {doubt}")
    said += status.sentences()
    for account in accounts:
        said += _about_limits(store, account, now)
    if live:
        said.append(live)
    return Explanation(list(dict.fromkeys(said)))


def _about_times(store: Store, spec: CampaignSpec, left: int, accounts: Sequence[Account], now: float) -> list[str]:
    """When it starts, ends, and how long the rest takes at least."""
    if not left:
        return []
    said = []
    if spec.start_at is not None and now < spec.start_at:
        said.append(f"It starts at {moment(spec.start_at, now)}; nobody gets a letter before.")
    if spec.window is not None:
        opens = "" if "timezone" in spec.row_options.columns else _about_window(spec.window, now)
        said.append(f"Letters go in the window {spec.window} by each recipient's clock{opens}.")
    if spec.spread is not None:
        said.append(f"The whole list is spread over {duration(spec.spread)}.")
    if spec.expires_at is not None:
        over = "was over" if now >= spec.expires_at else "is over"
        said.append(f"Its time {over} at {moment(spec.expires_at, now)}; who has no letter by then gets none.")
    least = seconds_for(left, [warm_up_of(account, store).ahead() for account in accounts]) if accounts else 0.0
    if least:
        said.append(f"By the limits of the accounts the rest takes at least {duration(least)}.")
    return said


def _about_window(window: SendWindow, now: float) -> str:
    opens = window.next_open(now)
    at = opens if opens > now else window.next_close(now)
    return f"; it {'opens' if opens > now else 'closes'} at {moment(at, now)}"


def _about_limits(store: Store, account: Account, now: float) -> list[str]:
    """What is left of each limit, and when the next letter comes free."""
    warm_up = warm_up_of(account, store)
    said = [f"Account {account.name} warms up: {warm_up}."] if str(warm_up) else []
    for most, window in warm_up.windows():
        sent = store.sent_times(account.name, now - window)
        left = most - len(sent)
        text = f"Account {account.name}: {max(0, left):,} of {most:,} letters left in {window:g} s"
        said.append(f"{text}." if left > 0 else f"{text}; the next at {moment(sent[-most] + window, now)}.")
    return said

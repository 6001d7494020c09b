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
from ..language import gettext as _
from ..shown import shown
from ..store import EventKind, Status, Store, Waiting
from .estimate import seconds_for, seconds_left
from .run.doing import Doing, Hold, read_doing, together
from .run.run_lock import RunLock
from .send_window import SendWindow
from .spec import CampaignSpec
from .warm_ups import warm_up_of
from .words import STATUS_WORDS, count, moment, state_words, status_words, waiting_words

if TYPE_CHECKING:
    from ..accounts import Account


_LOOKED_UP = 5_000  # letters
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
            words = _("{workers} at work ({who}) with {recipients} in hand.")
            workers = count(len(self.workers), "worker")
            said.append(words.format(workers=workers, who=who, recipients=count(out, "recipient")))
        if self.silent:
            words = _(
                "{recipients} in the hands of workers that fell silent: a worker started on their machines reads what "
                "their journals say."
            )
            said.append(words.format(recipients=count(self.silent, "recipient")))
        for account, why in self.held.items():
            said.append(_("account {account} waits: {why}").format(account=account, why=why))
        said += map(str, self.holds)
        said += [waiting_words(one, time.time()) for one in self.waits]
        for name in self.paused_domains:
            said.append(
                _("domain {name} is paused; resume_domain({quoted}) ends it").format(name=name, quoted=repr(name))
            )
        if self.seconds_left is not None:
            words = _("It may be done in {time}, at {moment}, as far as limits and rate tell.")
            at = moment(time.time() + self.seconds_left)
            said.append(words.format(time=duration(self.seconds_left), moment=at))
        return said

    @property
    def _in_words(self) -> str:
        if self.broken_off:
            return _("broken off")
        if self.state == "done" and (out := self.counts.get("sending", 0)):
            return _("not done yet, {letters} out").format(letters=count(out, "letter"))
        return state_words(self.state)

    def __str__(self) -> str:
        said = []
        if self.broken_off:
            said = [
                _("No process is at work any more: {seen}.").format(seen=self.broken_off),
                _("run() goes on. What was under way is settled by the journal; who is in doubt is listed."),
            ]
        elif self.why:
            said = _("Not finished: {why}").format(why=self.why).split("\n")
        rows = (f"{n:>9,}  {s:<10} {status_words(s)}" for s, n in self.counts.items() if n)
        lines = (f"  {one}" for one in (*said, *self.sentences(), *rows))
        return shown("\n".join([self._headline, *lines]))

    @property
    def _headline(self) -> str:
        words = _("Campaign {name}: {state}, {left} of {rows} left")
        rows = count(self.total, "row")
        return words.format(name=self.name, state=self._in_words, left=f"{self.left:,}", rows=rows)

    def __repr__(self) -> str:
        counts = ", ".join(f"{status} {n:,}" for status, n in self.counts.items() if n)
        return f"<CampaignStatus {self.name}: {self._in_words}; {counts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:right'>{n:,}</td><td>{s}</td><td>{status_words(s)}</td></tr>"
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
        (limits, [_busy(store, name, most, window, now) for most, window in limits])
        for name, limits in doing.accounts.items()
        if name not in stopped
    ]
    least = seconds_left(status.left, accounts)
    if not status.left or math.isinf(least):
        return None
    start = [one.until - now for one in doing.holds if one.kind == "start" and one.until is not None]
    waits = [one.until - now for one in doing.holds if one.kind in ("server", "limit") and one.until is not None]
    due = store.next_due(campaign_id) if not status.counts.get("queued") else None
    by_rate = status.left / doing.rate if doing.rate else 0.0
    found = max(
        *start,
        least,
        by_rate,
        min(waits) if len(waits) >= len(accounts) else 0.0,
        due - now if due is not None else 0.0,
    )
    return found or None


def _busy(store: Store, account: str, most: int, window: float, now: float) -> list[float]:
    """In how many seconds the letters come free that count against a limit now, ascending. Those of a limit that is
    counted in thousands are not looked up, as that takes too long for what is asked often; the rate tells enough."""
    if most > _LOOKED_UP:
        return []
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
        return _("it ended before it began to send")
    latest = max(workers, key=lambda worker: worker.heartbeat)
    # Beside a file all locks are seen; over a network there are other machines, and other users of this one.
    here = "://" not in store.identity and latest.owner.partition(":")[0] == socket.gethostname()
    if not here and time.time() - latest.heartbeat < _SILENT:
        return ""  # another machine's
    return _("last seen {moment}, process {process}").format(moment=moment(latest.heartbeat), process=latest.owner)


def explain_campaign(
    store: Store, campaign_id: int, name: str, spec: CampaignSpec, accounts: Sequence[Account], live: str, now: float
) -> Explanation:
    """From the ledger and the history of the accounts; `live`: what a run in this process waits for, or ""."""
    status = read_status(store, campaign_id, name, now)
    words = _("The campaign is {state}; {left} of {rows} are still to be sent.")
    rows = count(status.total, "row")
    said = [words.format(state=status._in_words, left=f"{status.left:,}", rows=rows)]
    if queued := status.counts.get("queued", 0):
        words = _("{recipients} not tried yet.")
        if status.state != "running" or status.broken_off:
            words = _("{recipients} not tried yet: run() or resume() sends to them.")
        said.append(words.format(recipients=count(queued, "recipient")))
    said += _about_times(store, spec, status.left, accounts, now)
    for one in store.put_off(campaign_id) if status.counts.get(Status.RETRYING.value) else ():
        if one.why:
            said += [waiting_words(one, now)] if one not in status.waits else []
            continue
        due = one.next_at or now
        first = _("the first at {moment}").format(moment=moment(due, now)) if due > now else _("the first is due now")
        words = _("{recipients} put off by their servers (greylisting and the like): {first}.")
        said.append(words.format(recipients=count(one.recipients, "recipient"), first=first))
    if n := status.counts.get("unknown", 0):
        words = _("{recipients} in doubt after a broken run: look, then unknown().resend() if they got nothing.")
        said.append(words.format(recipients=count(n, "recipient")))
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
        words = _("It starts at {when}; nobody gets a letter before.")
        said.append(words.format(when=moment(spec.start_at, now)))
    if spec.window is not None:
        said.append(_("Letters go in the window {window} by each recipient's clock.").format(window=spec.window))
        if "timezone" not in spec.row_options.columns:
            said.append(_about_window(spec.window, now))
    if spec.spread is not None:
        said.append(_("The whole list is spread over {time}.").format(time=duration(spec.spread)))
    if spec.expires_at is not None:
        words = _("Its time is over at {moment}; who has no letter by then gets none.")
        if now >= spec.expires_at:
            words = _("Its time was over at {moment}; who has no letter by then gets none.")
        said.append(words.format(moment=moment(spec.expires_at, now)))
    least = seconds_for(left, [warm_up_of(account, store).ahead() for account in accounts]) if accounts else 0.0
    if least:
        words = _("By the limits of the accounts the rest takes at least {time}.")
        said.append(words.format(time=duration(least)))
    return said


def _about_window(window: SendWindow, now: float) -> str:
    opens = window.next_open(now)
    at = opens if opens > now else window.next_close(now)
    words = _("The window opens at {moment}.") if opens > now else _("The window closes at {moment}.")
    return words.format(moment=moment(at, now))


def _about_limits(store: Store, account: Account, now: float) -> list[str]:
    """What is left of each limit, and when the next letter comes free."""
    warm_up = warm_up_of(account, store)
    words = _("Account {account} warms up: {words}.")
    said = [words.format(account=account.name, words=warm_up)] if str(warm_up) else []
    for most, window in warm_up.windows():
        sent = store.sent_times(account.name, now - window)
        left = most - len(sent)
        words = _("Account {account}: {left} of {most} letters left in {seconds} s.")
        values = {"account": account.name, "left": f"{max(0, left):,}", "most": f"{most:,}", "seconds": f"{window:g}"}
        if left <= 0:
            words = _("Account {account}: {left} of {most} letters left in {seconds} s; the next at {moment}.")
            values["moment"] = moment(sent[-most] + window, now)
        said.append(words.format(**values))
    return said

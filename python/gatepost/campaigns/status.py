"""How far a campaign is, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any

from ..shown import shown
from ..store import Status, Store
from .words import STATUS_WORDS, count, moment

if TYPE_CHECKING:
    from ..accounts import Account


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """Recipients by state. `state`: new, running, paused, done or cancelled. `held`: the accounts of a run in this
    process that wait for a limit, by name, each in words."""

    name: str
    state: str
    counts: dict[str, int]
    held: dict[str, str] = field(default_factory=dict)

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
        return {**asdict(self), "total": self.total, "left": self.left}

    def _holding(self, held: Mapping[str, object]) -> CampaignStatus:
        """The same, with what limits hold."""
        return replace(self, held={account: str(why) for account, why in held.items()})

    def __str__(self) -> str:
        lines = [f"Campaign {self.name}: {self.state}, {self.left:,} of {count(self.total, 'row')} left"]
        lines += [f"  account {account} waits: {why}" for account, why in self.held.items()]
        return "\n".join([*lines, *(f"  {n:>9,}  {s:<10} {STATUS_WORDS[s]}" for s, n in self.counts.items() if n)])

    def __repr__(self) -> str:
        counts = ", ".join(f"{status} {n:,}" for status, n in self.counts.items() if n)
        return f"<CampaignStatus {self.name}: {self.state}; {counts}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:right'>{n:,}</td><td>{s}</td><td>{STATUS_WORDS[s]}</td></tr>"
            for s, n in self.counts.items()
            if n
        )
        return f"<p><b>Campaign {escape(self.name)}: {self.state}</b></p><table>{rows}</table>"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What limits a campaign now, a sentence each."""

    sentences: list[str]

    def __str__(self) -> str:
        return shown("\n".join(self.sentences))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in self.sentences) + "</ul>"


def read_status(store: Store, campaign_id: int, name: str) -> CampaignStatus:
    """From the ledger."""
    counts = {status.value: n for status, n in store.counts(campaign_id).items()}
    record = store.campaign(name)
    state = record.state if record is not None else "deleted"
    return CampaignStatus(name, state, {status: counts[status] for status in STATUS_WORDS if counts.get(status)})


def explain_campaign(
    store: Store, campaign_id: int, name: str, accounts: Sequence[Account], live: str, now: float
) -> Explanation:
    """From the ledger and the history of the accounts; `live`: what a run in this process waits for, or ""."""
    status = read_status(store, campaign_id, name)
    said = [f"The campaign is {status.state}; {status.left:,} of {count(status.total, 'row')} are still to be sent."]
    if queued := status.counts.get("queued", 0):
        said.append(
            f"{count(queued, 'recipient')} not tried yet."
            if status.state == "running"
            else (f"{count(queued, 'recipient')} not tried yet: run() or resume() sends to them.")
        )
    due = store.next_due(campaign_id)
    if due is not None:
        n = status.counts.get(Status.RETRYING.value, 0)
        when = f"the first at {moment(due, now)}" if due > now else "the first is due now"
        said.append(f"{count(n, 'recipient')} put off by their servers (greylisting and the like): {when}.")
    if n := status.counts.get("unknown", 0):
        doubt = "in doubt after a broken run: look, then unknown().resend() if they got nothing."
        said.append(f"{count(n, 'recipient')} {doubt}")
    for account in accounts:
        said += _about_limits(store, account, now)
    if live:
        said.append(live)
    return Explanation(said)


def _about_limits(store: Store, account: Account, now: float) -> list[str]:
    """What is left of each limit, and when the next letter comes free."""
    said = []
    for most, window in account.limits.windows:
        sent = store.sent_times(account.name, now - window)
        left = most - len(sent)
        text = f"Account {account.name}: {max(0, left):,} of {most:,} letters left in {window:g} s"
        said.append(f"{text}." if left > 0 else f"{text}; the next at {moment(sent[-most] + window, now)}.")
    return said

"""What became of a campaign, counted in the ledger and said in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

from ..durations import duration
from ..language import gettext as _
from ..shown import shown
from ..store import Status, Store
from .words import STATUS_WORDS, cause_and_remedy, count, state_words, status_words

_PROBLEMS = (
    Status.REFUSED, Status.EXPIRED, Status.RETRYING, Status.UNKNOWN, Status.INVALID, Status.SUPPRESSED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why letters did not go, with what to mend."""

    status: str
    category: str
    count: int
    cause: str
    remedy: str
    example: str  # one reply or reason, as it was
    rows: list[int]  # the first few rows of the list as it was given last

    @property
    def place(self) -> str:
        """Where the example stands."""
        return _("row {number}").format(number=self.rows[0]) if self.rows else _("no longer in the list")


@dataclass(frozen=True)
class CampaignReport:
    """Counts by status and by cause. `str()` is plain text, Rich and Jupyter show tables.

    `seconds`, `sent` and `rate` (letters accepted a second, waits left out) are of this run, all else the campaign's.
    `why`: why it is not finished, "" where it is. `stopped_by`: "SIGINT", "SIGTERM" or "SIGHUP"; "accounts" where none
    of them could connect or log in; else "".
    """

    name: str
    state: str
    counts: dict[str, int]
    causes: list[Cause]
    by_account: dict[str, int]
    seconds: float = 0.0
    sent: int = 0
    rate: float = 0.0
    why: str = ""
    notes: list[str] = field(default_factory=list)
    stopped_by: str = ""

    @property
    def ok(self) -> bool:
        """Finished, and everybody who could get a letter got one."""
        bad = ("refused", "expired", "retrying", "unknown", "queued", "sending")
        unmade = any(cause.status == "invalid" and cause.category for cause in self.causes)
        return self.state == "done" and not unmade and not any(self.counts.get(status) for status in bad)

    @property
    def total(self) -> int:
        """Rows of the list."""
        return sum(self.counts.values())

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {**asdict(self), "ok": self.ok, "total": self.total}

    def _headline(self) -> str:
        words = _("Campaign {name}: {state}. {letters} of {rows} accepted.")
        if self.sent:
            words = _(
                "Campaign {name}: {state}. {letters} of {rows} accepted, {rate} letters/s while sending, {time} in all."
            )
        return words.format(
            name=self.name,
            state=state_words(self.state),
            letters=count(self.counts.get("accepted", 0), "letter"),
            rows=count(self.total, "row"),
            rate=f"{self.rate:,.0f}",
            time=duration(self.seconds),
        )

    def __str__(self) -> str:
        lines = [self._headline()]
        if self.why:
            lines.append(_("Not finished: {why}").format(why=self.why))
        lines += [f"  {n:>9,}  {status:<10} {status_words(status)}" for status, n in self.counts.items() if n]
        if self.causes:
            lines.append(_("Who did not get it and why:"))
        for cause in self.causes:
            lines.append(f"  {cause.count:>9,}  {cause.status} {cause.category}: {cause.cause}")
            if cause.remedy:
                lines.append("             " + _("to mend: {remedy}").format(remedy=cause.remedy))
            if cause.example:
                lines.append("             " + _("e.g. {place}: {said}").format(place=cause.place, said=cause.example))
        if len(self.by_account) > 1:
            shares = ", ".join(f"{name} {n:,}" for name, n in self.by_account.items())
            lines.append(_("Accepted by account: {shares}").format(shares=shares))
        return shown("\n".join([*lines, *self.notes]))

    def __repr__(self) -> str:
        counts = ", ".join(f"{status} {n:,}" for status, n in self.counts.items() if n)
        return f"<CampaignReport {self.name}: {self.state}; {counts}>"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        counts = RichTable(title=_("Who got it"), title_justify="left", expand=False)
        counts.add_column(_("rows"), justify="right")
        counts.add_column(_("status"))
        counts.add_column(_("in words"), overflow="fold")
        for status, n in self.counts.items():
            if n:
                counts.add_row(f"{n:,}", Text(status, style=_STYLES.get(status, "")), status_words(status))
        parts: list[Any] = [Text(self._headline(), style="bold")]
        if self.why:
            parts.append(Text(_("Not finished: {why}").format(why=self.why), style="yellow"))
        parts.append(counts)
        if self.causes:
            parts.append(self._rich_causes())
        if len(self.by_account) > 1:
            shares = ", ".join(f"{name} {n:,}" for name, n in self.by_account.items())
            parts.append(Text(_("Accepted by account: {shares}").format(shares=shares)))
        yield Group(*parts, *(Text(note) for note in self.notes))

    def _rich_causes(self) -> RichTable:
        table = RichTable(title=_("Who did not, why, and what to mend"), title_justify="left", show_lines=True)
        table.add_column(_("rows"), justify="right")
        table.add_column(_("status"))
        for head in (_("why"), _("what to mend"), _("for example")):
            table.add_column(head, overflow="fold", ratio=3)
        for cause in self.causes:
            example = f"{cause.place}: {cause.example}" if cause.example else ""
            status = Text(cause.status, style=_STYLES.get(cause.status, ""))
            why = Text.assemble((cause.category or cause.status, "bold"), "\n" + cause.cause)
            table.add_row(f"{cause.count:,}", status, why, cause.remedy, Text(example))
        return table

    def _repr_html_(self) -> str:
        counts = "".join(
            f"<tr><td style='text-align:right'>{n:,}</td><td>{status}</td><td>{status_words(status)}</td></tr>"
            for status, n in self.counts.items()
            if n
        )
        causes = "".join(
            f"<tr><td style='text-align:right'>{c.count:,}</td><td>{c.status}</td><td><b>{escape(c.category)}</b> "
            f"{escape(c.cause)}</td><td>{escape(c.remedy)}</td><td>"
            f"{escape(f'{c.place}: {c.example}' if c.example else '')}</td></tr>"
            for c in self.causes
        )
        heads = (_("rows"), _("status"), _("why"), _("what to mend"), _("for example"))
        head = "<tr>" + "".join(f"<th>{one}</th>" for one in heads) + "</tr>"
        why = f"<p>{escape(_('Not finished: {why}').format(why=self.why))}</p>" if self.why else ""
        return (
            f"<p><b>{escape(self._headline())}</b></p>{why}<table>{counts}</table>"
            + (f"<table>{head}{causes}</table>" if causes else "")
            + "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        )


_STYLES = {
    "accepted": "green", "refused": "red", "expired": "red", "unknown": "magenta", "retrying": "yellow",
    "invalid": "red", "suppressed": "dim", "duplicate": "dim",
}  # fmt: skip


def make_report(
    store: Store, campaign_id: int, name: str, state: str, *, seconds: float = 0.0, sent: int = 0, rate: float = 0.0,
    why: str = "", stopped_by: str = "",
) -> CampaignReport:  # fmt: skip
    """Counts in the ledger; the figures of the run come from the caller."""
    found, causes = store.counts(campaign_id), []
    # Who has none of these states need not be looked through.
    for status, category, n in store.causes(campaign_id, [one for one in _PROBLEMS if found[one]]):
        examples = store.examples(campaign_id, status, category)
        rows = [row for row, *_ in examples if row is not None]
        causes.append(Cause(status, category, n, *_words(status, category), _said(*examples[0][1:]), rows))
    accepted = store.accepted(campaign_id)
    counts = {status.value: n for status, n in found.items()}
    order = {status: counts[status] for status in STATUS_WORDS if counts.get(status)}
    later = sum(again for _, again in accepted.values())
    again = _("{recipients} put off at first (greylisting and the like), accepted later.")
    notes = [again.format(recipients=count(later, "recipient"))] if later else []
    return CampaignReport(
        name,
        state,
        order,
        causes,
        {account: letters for account, (letters, _) in accepted.items()},
        seconds=seconds,
        sent=sent,
        rate=rate,
        why=why,
        notes=notes,
        stopped_by=stopped_by,
    )


def _said(code: int, enhanced: str, reply: str, detail: str) -> str:
    """The server's words, or ours where it said nothing."""
    return " ".join(filter(None, (str(code or ""), enhanced, reply))) if reply else detail


def _words(status: str, category: str) -> tuple[str, str]:
    if status == "invalid" and not category:
        return (
            _("The address or the row of the list is broken."),
            _("Correct these rows of the list and run again with it: only what is new or corrected is sent."),
        )
    if status == "retrying" and not category:
        return "It waits for its time.", "Nothing to do: it goes by itself."
    if category == "removed":
        return (
            _("It was put off, and then the list was given without it."),
            _("Nothing to do; a list that has it again queues it again."),
        )
    if status == "suppressed":
        return (
            _("The address is on your suppression list."),
            _("Nothing to do; Suppressions.remove() where it is there by mistake."),
        )
    if status == "unknown":
        return (
            _("The letter was handed over and no reply was seen: it may or may not have arrived."),
            _("Look at the recipient's side, then resend by hand: campaign.unknown().resend()."),
        )
    return cause_and_remedy(category, local=status == "invalid")

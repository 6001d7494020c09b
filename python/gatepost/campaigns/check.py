"""The dry run: everything that can be known before a letter is sent."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ..history.store import LeasedRecipient, Store
from .check_words import as_html, as_text
from .estimate import seconds_for
from .jinja import RowError
from .render import Renderer
from .spec import CampaignSpec

if TYPE_CHECKING:
    from ..accounts import Account

_TEST_ADDRESS = "test@test.ru"  # G3


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the list with something to say about it."""

    row: int
    text: str  # the address, or the field
    why: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that the template uses and this row leaves empty. `covered`: the template has a default for it."""

    row: int
    field: str
    covered: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be sent."""

    row: int
    from_: str
    to: str
    subject: str
    text: str
    html: str
    attachments: list[str]

    def __repr__(self) -> str:
        return f"From: {self.from_}\nTo: {self.to}\nSubject: {self.subject}\n\n{self.text or self.html}"


@dataclass(frozen=True)
class CheckReport:
    """What `check()` found. Nothing was sent. Rows are those of the list."""

    name: str
    total: int
    to_send: int
    bad: list[Finding]
    duplicates: list[Finding]
    suppressed: list[Finding]
    missing: list[Missing]
    unrenderable: list[Finding]
    test_rows: list[int]
    previews: list[Preview]
    seconds: float | None  # the least time that the accounts' limits leave; None without accounts
    findings: list[str]

    @property
    def ok(self) -> bool:
        """Whether every row that is to be sent can be."""
        return self.to_send > 0 and not self.unrenderable

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        return {**asdict(self), "ok": self.ok}

    def __str__(self) -> str:
        return as_text(self)

    def __repr__(self) -> str:
        bad = len(self.bad) + len(self.unrenderable)
        return f"<CheckReport {self.name}: {self.to_send:,} of {self.total:,} rows can be sent, {bad:,} are bad>"

    def _repr_html_(self) -> str:
        return as_html(self)


def check_campaign(
    store: Store,
    campaign_id: int,
    name: str,
    spec: CampaignSpec,
    accounts: Sequence[Account],
    from_: str,
    previews: int,
    render: int | None,
) -> CheckReport:
    """Looks through the ledger. `render`: how many letters are rendered to find errors; None: all."""
    frame = store.results(campaign_id, ["row", "email", "address", "status", "detail", "fields"])

    def findings(status: str) -> list[Finding]:
        part = frame.filter(pl.col("status") == status).select("row", "email", "detail")
        return [Finding(*row) for row in part.iter_rows()]

    waiting = frame.filter(pl.col("status").is_in(["queued", "retrying"]))
    renderer = Renderer(spec)
    used = spec.fields
    missing: list[Missing] = []
    unrenderable: list[Finding] = []
    shown: list[Preview] = []
    names = [part.name for part in spec.attachments if not isinstance(part, str)]
    for index, (row, email, address, fields) in enumerate(
        waiting.select("row", "email", "address", "fields").iter_rows()
    ):
        values = json.loads(fields)
        values.setdefault("email", email)
        missing += [Missing(row, name, used[name]) for name in used if values.get(name) in (None, "")]
        if (render is not None and index >= render) and len(shown) >= previews:
            continue
        try:
            letter = renderer.render(LeasedRecipient(row, email, address, fields, 0, ""))
        except RowError as error:
            unrenderable.append(Finding(row, email, str(error)))
            continue
        if len(shown) < previews:
            to = f"{letter.to_name} <{address}>" if letter.to_name else address
            own = [part.name for part in letter.attachments]
            shown.append(Preview(row, from_, to, letter.subject, letter.text, letter.html, [*names, *own]))
    least = seconds_for(waiting.height, [account.limits for account in accounts])
    return CheckReport(
        name=name,
        total=frame.height,
        to_send=waiting.height - len(unrenderable),
        bad=findings("invalid"),
        duplicates=findings("duplicate"),
        suppressed=findings("suppressed"),
        missing=missing,
        unrenderable=unrenderable,
        test_rows=waiting.filter(pl.col("address") == _TEST_ADDRESS)["row"].to_list(),
        previews=shown,
        seconds=None if math.isinf(least) else least,
        findings=_about(spec, accounts, from_, waiting.height),
    )


def _about(spec: CampaignSpec, accounts: Sequence[Account], from_: str, letters: int) -> list[str]:
    """What there is to say about accounts and letter."""
    found = []
    if not accounts:
        found.append("no account is given: the campaign cannot run")
    domain = from_.rpartition("@")[2].rstrip(">").lower()
    for account in accounts:
        if spec.from_ and account.sender and account.sender.rpartition("@")[2] != domain:
            found.append(
                f"account {account.name} is {account.sender}, the letter is from {from_}: many servers refuse that"
            )
    if letters >= 100 and not spec.list_unsubscribe:
        found.append("no list_unsubscribe: large providers expect it of mass mail and sort letters without it as spam")
    if spec.template.text is None:
        found.append("the letter has html and no text part: spam filters like that less")
    return found

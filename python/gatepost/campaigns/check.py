"""The dry run: everything that can be known before a letter is sent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import polars as pl

from ..addresses import domain_of
from ..durations import duration
from ..errors import InputError
from ..history.addresses import TEST_ADDRESS
from ..message import Message
from ..message.inline_images import missing_pictures
from ..store import LeasedRecipient, Store
from .check_facts import Missing, Preview, RowFinding
from .check_report import CheckReport
from .estimate import seconds_for
from .gaps import find_gaps
from .list_findings import doubtful, mended, recognised
from .run.render import Renderer, values_of
from .run.windows import zone_of_cell
from .spec import CampaignSpec
from .template.columns import with_columns
from .template.template_text import words_of
from .warm_ups import warm_up_of

if TYPE_CHECKING:
    from ..accounts import Account

_CHUNK = 1_000


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
    frame = store.results(campaign_id, ["line", "email", "address", "status", "detail", "fields"])
    frame = frame.rename({"line": "row"}).sort("row", nulls_last=True)  # those of the list as it was given last

    def findings(status: str) -> list[RowFinding]:
        part = frame.filter(pl.col("status") == status).select("row", "email", "detail")
        return [RowFinding(*row) for row in part.iter_rows()]

    waiting = frame.filter(pl.col("status").is_in(["queued", "retrying"]))
    dry_run = _DryRun(spec, from_, previews)
    missing: list[Missing] = []
    for index, columns in enumerate(waiting.select("row", "email", "address", "fields").iter_slices(_CHUNK)):
        recipients = [
            LeasedRecipient(row, email, address, fields, 0, "") for row, email, address, fields in columns.iter_rows()
        ]
        missing += _missing(spec, recipients)
        if render is not None and len(dry_run.previews) >= previews:
            recipients = recipients[: max(0, render - index * _CHUNK)]
        dry_run.make(_with_known_zone(spec, recipients, dry_run.unrenderable))
    least = seconds_for(waiting.height, [warm_up_of(account, store).ahead() for account in accounts])
    return CheckReport(
        name=name,
        total=frame.height,
        to_send=waiting.height - len(dry_run.unrenderable),
        bad=findings("invalid"),
        duplicates=findings("duplicate"),
        suppressed=findings("suppressed"),
        missing=missing,
        unrenderable=dry_run.unrenderable,
        test_rows=waiting.filter(pl.col("address") == TEST_ADDRESS)["row"].to_list(),
        previews=dry_run.previews,
        seconds=None if math.isinf(least) else least,
        findings=[
            *doubtful(waiting, spec),
            *_warm_ups(store, accounts),
            *_about(spec, accounts, from_, waiting.height),
        ],
        recognised=recognised(spec.source),
        mended=mended(frame),
    )


def _with_known_zone(
    spec: CampaignSpec, recipients: Sequence[LeasedRecipient], found: list[RowFinding]
) -> list[LeasedRecipient]:
    """Without those whose row names a time zone that is none, where the campaign has a window; they are `found`."""
    column = spec.row_options.columns.get("timezone")
    if spec.window is None or column is None:
        return list(recipients)
    known = []
    for one, row in zip(recipients, values_of(recipients, spec.address_column), strict=True):
        try:
            zone_of_cell(row.get(column))
            known.append(one)
        except InputError as error:
            found.append(RowFinding(one.row, one.email, f"column {column!r}: {error}"))
    return known


def _missing(spec: CampaignSpec, recipients: Sequence[LeasedRecipient]) -> Iterator[Missing]:
    rows = values_of(recipients, spec.address_column)
    for gap in find_gaps(spec.parts, rows):
        covered = not gap.empty_in and not gap.fails
        yield Missing(recipients[gap.at].row, gap.field, covered, gap.empty_in)


class _DryRun:
    """Makes letters by the program that a run sends them by, and looks at some of them as a mail program would."""

    def __init__(self, spec: CampaignSpec, from_: str, previews: int) -> None:
        self.unrenderable: list[RowFinding] = []
        self.previews: list[Preview] = []
        self._renderer = Renderer(spec)
        self._wanted, self._from = previews, from_
        sender = from_ or "sender@example.invalid"  # without accounts nobody knows it yet
        self._light = self._renderer.program(sender, files=False)  # shared files are right or wrong for all
        self._full = self._renderer.program(sender) if previews else self._light

    def make(self, recipients: Sequence[LeasedRecipient]) -> None:
        """Tries these; the first that can be made are kept for people to see."""
        if not recipients:
            return
        letters = self._renderer.letters(recipients)
        found = [RowFinding(one.row, one.email, str(error)) for one, error in letters.failed]
        for index, one in enumerate(letters.recipients):
            shown = len(self.previews) < self._wanted
            try:
                raw = letters.render(self._full if shown else self._light, index)
            except InputError as error:
                found.append(RowFinding(one.row, one.email, str(error)))
                continue
            if shown:
                self.previews.append(_preview(one, letters.to_name[index], self._from, raw))
        self.unrenderable += sorted(found, key=attrgetter("row"))


def _preview(recipient: LeasedRecipient, to_name: str, from_: str, raw: bytes) -> Preview:
    letter = Message.parse(raw)
    to = f"{to_name} <{recipient.address}>" if to_name else recipient.address
    names = [part.name for part in letter.attachments]
    return Preview(recipient.row, from_, to, letter.subject, letter.text or "", letter.html or "", names)


def _warm_ups(store: Store, accounts: Sequence[Account]) -> Iterator[str]:
    for account in accounts:
        if warm_up := str(warm_up_of(account, store)):
            yield f"account {account.name} warms up: {warm_up}"


def _about(spec: CampaignSpec, accounts: Sequence[Account], from_: str, letters: int) -> list[str]:
    """What there is to say about accounts and letter."""
    found = []
    if not accounts:
        found.append("no account is given: the campaign cannot run")
    domain = domain_of(from_).rstrip(">").lower()
    if spec.window is not None:
        found.append(f"letters go in the window {spec.window} by each recipient's clock")
    if spec.spread is not None:
        found.append(f"the whole list is spread over {duration(spec.spread)}")
    found += [account._limits_from for account in accounts if account._limits_from]
    for account in accounts:
        if spec.from_ and account.sender and domain_of(account.sender) != domain:
            found.append(
                f"account {account.name} is {account.sender}, the letter is from {from_}: many servers refuse that"
            )
    if letters >= 100 and not spec.list_unsubscribe:
        found.append("no list_unsubscribe: large providers expect it of mass mail and sort letters without it as spam")
    if "text" not in spec.template.parts:
        why = spec.template.no_text
        mend = f" None could be made, since {why}: write one as text=." if why else ""
        found.append(f"the letter has html and no text part: spam filters like that less.{mend}")
    if spec.template.html is not None:
        pictures = missing_pictures(
            words_of(with_columns(spec.template.html)), {part.content_id for part in spec.inline}
        )
        found += [words for words in pictures if "{" not in words]  # a field's picture is known only with the row
    return found

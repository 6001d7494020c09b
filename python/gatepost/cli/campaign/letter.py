"""The options of a campaign's letter and list, and the campaign that they mean."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ...accounts import Account
from ...campaigns import Campaign, RecipientList, SendWindow, Template
from ...campaigns.spec import ONE_RECIPIENT, LetterParts
from ...errors import InputError
from ...language import gettext as _
from ...store import open_store, without_secrets
from ..commands import noted_name, recall, remember
from ..options import Through, open_accounts, read_headers
from ..output import fail, note

_DATABASE = "GATEPOST_DATABASE"
Name = Annotated[str, typer.Argument(callback=noted_name, help="The campaign's name in the store.")]


@dataclass(frozen=True)
class Letter:
    """What is sent to whom. For a campaign that is in the store all of it may be left out, or any part given."""

    recipients: Annotated[
        str | None,
        typer.Option(
            "--recipients",
            "-r",
            help="CSV, Excel, JSON, JSONL or Parquet with the list; later a mended or longer one. With --query a "
            "database, e.g. postgresql+psycopg://host/name; default: GATEPOST_DATABASE.",
        ),
    ] = None
    subject: Annotated[str | None, typer.Option(help="Subject; Jinja2, e.g. 'Привет, {{ name }}!'")] = None
    html: Annotated[Path | None, typer.Option(help="File with the html body, Jinja2.")] = None
    text: Annotated[Path | None, typer.Option("--text", help="File with the text body, Jinja2.")] = None
    from_: Annotated[str | None, typer.Option("--from", "-f", help="Sender; default: each account's own.")] = None
    to_name: Annotated[str | None, typer.Option(help="Name beside each address; Jinja2, e.g. '{{ name }}'.")] = None
    reply_to: Annotated[str | None, typer.Option(help="Where answers go.")] = None
    list_unsubscribe: Annotated[
        str | None, typer.Option(help="URL to unsubscribe at; Jinja2, e.g. 'https://example.com/u?{{ id }}'.")
    ] = None
    header: Annotated[
        list[str] | None, typer.Option("--header", help="Further header, 'X-Tag: autumn'; may be given several times.")
    ] = None
    attach: Annotated[
        list[str] | None, typer.Option("--attach", help="File to attach; Jinja2 in the path is rendered per recipient.")
    ] = None
    cc: Annotated[list[str] | None, typer.Option("--cc", hidden=True)] = None
    bcc: Annotated[list[str] | None, typer.Option("--bcc", hidden=True)] = None
    address_column: Annotated[str | None, typer.Option(help="The column with the addresses.", show_default="email")] = (
        None
    )
    encoding: Annotated[str | None, typer.Option(help="The list's charset; default: recognised.")] = None
    delimiter: Annotated[
        str | None, typer.Option(help="Character between the list's cells, '\\t' for a tab; default: recognised.")
    ] = None
    quote: Annotated[str | None, typer.Option(help="The list's quotation mark, '' for none; default: '\"'.")] = None
    escape: Annotated[
        str | None, typer.Option(help="Character that takes the meaning from the next, as a backslash; default: none.")
    ] = None
    header_row: Annotated[
        int | None, typer.Option(help="Row that names the columns, 0 where none does; default: recognised.")
    ] = None
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook, by name or number from 1.")] = None
    query: Annotated[str | None, typer.Option(help="SELECT statement that brings the list.")] = None
    attachments_from: Annotated[
        Path | None, typer.Option(help="Folder of the files that a column 'attachments' names for each row.")
    ] = None
    row_options: Annotated[
        bool, typer.Option(help="Whether columns such as send_at and account have their meaning.")
    ] = True
    row_key: Annotated[
        str | None, typer.Option(help="Column that names a row (an invoice number), besides the address.")
    ] = None
    start_at: Annotated[
        str | None, typer.Option(help="When the first letter may go: 2026-12-31 or 2026-12-31T18:30; `run` waits.")
    ] = None
    expires_at: Annotated[
        str | None, typer.Option(help="When nobody gets a letter any more; a date includes its day.")
    ] = None
    window: Annotated[
        str | None,
        typer.Option(help="Hours in which recipients get letters: '09:00-20:00 mon-fri'; 00:00-24:00 is always."),
    ] = None
    timezone: Annotated[
        str | None,
        typer.Option(
            help="With --window: whose hours, e.g. Europe/Moscow, where a row has none in its column timezone."
        ),
    ] = None
    spread: Annotated[
        str | None, typer.Option(help="Spread the whole list evenly over this time, e.g. 6h or 2d; 1s: not at all.")
    ] = None
    priority: Annotated[
        int | None,
        typer.Option(min=-9, max=9, help="Before other campaigns of its accounts, ten letters for each step; -9 to 9."),
    ] = None
    seed: Annotated[
        list[str] | None,
        typer.Option(
            "--seed", help="Address of yours that gets copies at the start and the end; may be given again; '': none."
        ),
    ] = None
    new_texts: Annotated[
        bool, typer.Option("--new-texts", help="Where letters went out: the new letter is for those who have none yet.")
    ] = False

    def listing(self) -> RecipientList | None:
        """The list that is given; None where none is."""
        source = self.recipients
        if source is None and self.query is not None:
            source = os.environ.get(_DATABASE)
            if not source:
                words = _("--query needs a database: --recipients, or {variable} in the environment")
                raise InputError(words.format(variable=_DATABASE))
        given = {
            "delimiter": "\t" if self.delimiter == "\\t" else self.delimiter,
            "quote": self.quote,
            "escape": self.escape,
            "header_row": self.header_row,
            "sheet": self.sheet,
            "query": self.query,
            "attachments_from": self.attachments_from,
        }
        if source is None:
            for name, value in given.items():
                if value is not None:
                    words = _("{option} says how to read a list: pass --recipients too")
                    raise InputError(words.format(option=f"--{name.replace('_', '-')}"))
            return None
        return RecipientList(source, row_options=self.row_options, **given)  # type: ignore[arg-type]

    def parts(self) -> LetterParts:
        """Those that are given, besides the template and the list. InputError for what no campaign has."""
        for option, given in (("--cc", self.cc), ("--bcc", self.bcc)):
            if given:
                raise InputError(f"{option}: {ONE_RECIPIENT}")
        found: LetterParts = {}
        if self.from_ is not None:
            found["from_"] = self.from_
        if self.to_name is not None:
            found["to_name"] = self.to_name
        if self.reply_to is not None:
            found["reply_to"] = self.reply_to
        if self.list_unsubscribe is not None:
            found["list_unsubscribe"] = self.list_unsubscribe
        if self.header:
            found["headers"] = read_headers(self.header)
        if self.attach:
            found["attachments"] = self.attach
        if self.address_column is not None:
            found["address_column"] = self.address_column
        if self.encoding is not None:
            found["encoding"] = self.encoding
        if self.start_at is not None:
            found["start_at"] = self.start_at
        if self.expires_at is not None:
            found["expires_at"] = self.expires_at
        if self.window is not None:
            found["window"] = SendWindow(self.window, self.timezone)
        elif self.timezone is not None:
            raise InputError("--timezone is of --window: pass both")
        if self.seed:
            found["seeds"] = [one for one in self.seed if one]
        if self.priority is not None:
            found["priority"] = self.priority
        if self.spread is not None:
            found["spread"] = self.spread
        if self.row_key is not None:
            found["row_key"] = self.row_key
        return found


def campaign_of(name: str, store: str, letter: Letter, through: Through, tell: bool = True) -> Campaign:
    """The campaign in the store with what the options say of it, or a new one; `tell`: also what changed."""
    accounts = open_accounts(through)
    if not has_campaign(name, store):
        campaign = _new(name, store, letter, accounts)
        remember(campaign._store, campaign._spec.uid)
        return campaign
    campaign = Campaign.open(name, store=store, accounts=accounts)
    remember(campaign._store, campaign._spec.uid)
    template = _template(letter, campaign._spec.template)
    listing = letter.listing()
    if listing is not None or template is not None or letter.parts():
        changes = campaign.update(
            recipients=listing,
            template=template,
            new_texts=letter.new_texts,
            **letter.parts(),
        )
        for sentence in changes if tell else ():
            note(sentence, name)
    return campaign


def stored(name: str, store: str) -> Campaign:
    """A campaign to look at. It ends the command where there is no store."""
    if "://" not in store and not Path(store).exists():
        fail(_("no store at {store}; pass --store").format(store=store), 2)
    campaign = Campaign.open(name, store=store, accounts=[])
    recall(campaign._store, campaign._spec.uid)
    return campaign


def has_campaign(name: str, store: str) -> bool:
    """Whether the store is there and has it."""
    if "://" not in store and not Path(store).exists():
        return False
    opened = open_store(store)
    try:
        return opened.campaign(name) is not None
    finally:
        opened.close()


def _new(name: str, store: str, letter: Letter, accounts: list[Account]) -> Campaign:
    parts = letter.parts()
    listing = letter.listing()
    missing = [] if listing is not None else ["--recipients"]
    missing += [] if letter.subject is not None else ["--subject"]
    missing += [] if letter.html is not None or letter.text is not None else [_("--html or --text")]
    if missing:
        words = _("{store} has no campaign {name}, and a new one also needs {options}")
        options = _(" and ").join(missing)
        raise InputError(words.format(store=without_secrets(store), name=repr(name), options=options))
    return Campaign(
        name,
        template=Template.from_files(subject=letter.subject or "", html=letter.html, text=letter.text),
        recipients=listing,
        accounts=accounts,
        store=store,
        **parts,
    )


def _template(letter: Letter, known: Template) -> Template | None:
    """The stored template with what is given of another; None where nothing is."""
    if letter.subject is None and letter.html is None and letter.text is None:
        return None
    subject = known.subject if letter.subject is None else letter.subject
    if letter.html is None and letter.text is None:
        return Template(subject=subject, html=known.html, text=known.text)
    return Template.from_files(subject=subject, html=letter.html, text=letter.text)

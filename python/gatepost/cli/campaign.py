"""gatepost campaign: check, run, status, pause, resume, cancel, results."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ..arguments import one_of
from ..campaigns import Campaign, Template
from ..errors import InputError
from ..history import Table
from ..store import Status
from .options import Accounts, CaFile, StorePath, Verify, Without, open_accounts
from .output import OK, REFUSED, Json, console, fail, in_options, print_json, spoken_errors
from .workers import as_environment, run_workers, worker_command

app = typer.Typer(help="Send to a list, and know what became of each recipient.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The campaign's name in the store.")]
Recipients = Annotated[Path | None, typer.Option("--recipients", "-r", help="CSV, JSONL or Parquet with the list.")]
Subject = Annotated[str | None, typer.Option(help="Subject; Jinja2, e.g. 'Привет, {{ name }}!'")]
Html = Annotated[Path | None, typer.Option(help="File with the html body, Jinja2.")]
TextFile = Annotated[Path | None, typer.Option("--text", help="File with the text body, Jinja2.")]
From = Annotated[str | None, typer.Option("--from", "-f", help="Sender; default: each account's own.")]
AddressColumn = Annotated[str, typer.Option(help="The column with the addresses.")]
Encoding = Annotated[str | None, typer.Option(help="The CSV's encoding; default UTF-8.")]
Attach = Annotated[
    list[str] | None, typer.Option("--attach", help="File to attach; Jinja2 in the path is rendered per recipient.")
]

Workers = Annotated[int, typer.Option(min=1, help="Processes that send together; more may join by `gatepost worker`.")]


def _open_or_create(
    name: str,
    store: str,
    accounts: list[str] | None,
    ca: Path | None,
    recipients: Path | None,
    subject: str | None,
    html: Path | None,
    text: Path | None,
    from_: str | None,
    address_column: str,
    encoding: str | None,
    attach: list[str] | None,
    verify: bool,
    without: list[str] | None,
) -> Campaign:
    """A campaign that is in the store already needs its name and accounts; a new one the list and the template."""
    chosen = open_accounts(accounts, ca, verify, without)
    if recipients is None:
        return Campaign.open(name, store=store, accounts=chosen)
    if subject is None or (html is None and text is None):
        raise InputError("a new campaign needs --subject and --html or --text besides --recipients")
    return Campaign(
        name,
        template=Template.from_files(subject=subject, html=html, text=text, attachments=attach or []),
        recipients=str(recipients),
        from_=from_,
        accounts=chosen,
        store=store,
        address_column=address_column,
        encoding=encoding,
    )


@app.command()
def check(
    name: Name,
    recipients: Recipients = None,
    subject: Subject = None,
    html: Html = None,
    text: TextFile = None,
    from_: From = None,
    address_column: AddressColumn = "email",
    encoding: Encoding = None,
    attach: Attach = None,
    account: Accounts = None,
    ca: CaFile = None,
    verify: Verify = True,
    without: Without = None,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Look at list and template without sending: bad addresses, missing fields, duplicates, how long it will take."""
    with spoken_errors():
        campaign = _open_or_create(
            *(name, store, account, ca, recipients, subject, html, text, from_, address_column, encoding, attach),
            *(verify, without),
        )
        report = campaign.check()
        if as_json:
            print_json(report.to_dict())
        else:
            console.print(str(report))


@app.command()
def run(
    name: Name,
    recipients: Recipients = None,
    subject: Subject = None,
    html: Html = None,
    text: TextFile = None,
    from_: From = None,
    address_column: AddressColumn = "email",
    encoding: Encoding = None,
    attach: Attach = None,
    account: Accounts = None,
    ca: CaFile = None,
    verify: Verify = True,
    without: Without = None,
    store: StorePath = "campaigns.db",
    workers: Workers = 1,
    as_json: Json = False,
) -> None:
    """Send, or go on where an earlier run stopped. Ctrl-C pauses cleanly; the same command resumes.

    Exit code 1 where somebody was refused or the campaign is not finished.
    """
    with spoken_errors():
        campaign = _open_or_create(
            *(name, store, account, ca, recipients, subject, html, text, from_, address_column, encoding, attach),
            *(verify, without),
        )
        if workers == 1:
            report = campaign.run(progress=not as_json)
        else:
            report = run_workers(
                campaign,
                workers,
                worker_command(name, ca, verify, without),
                {"GATEPOST_STORE": store, **as_environment(account, campaign.accounts)},
                bar=not as_json,
            )
        if as_json:
            print_json(report.to_dict())
        else:
            console.print(replace(report, why=in_options(report.why)))
    raise typer.Exit(OK if report.ok else REFUSED)


def _stored(name: str, store: str) -> Campaign:
    if "://" not in store and not Path(store).exists():
        fail(f"no store at {store}; pass --store", 2)
    return Campaign.open(name, store=store, accounts=[])


@app.command()
def status(name: Name, store: StorePath = "campaigns.db", as_json: Json = False) -> None:
    """How far a campaign is, and what it waits for."""
    with spoken_errors():
        campaign = _stored(name, store)
        if as_json:
            print_json(campaign.status().to_dict())
        else:
            console.print(str(campaign.status()))
            console.print(campaign.explain())


@app.command()
def pause(name: Name, store: StorePath = "campaigns.db") -> None:
    """Let a running campaign end what it has begun and stop."""
    with spoken_errors():
        _stored(name, store).pause()


@app.command()
def resume(
    name: Name,
    account: Accounts = None,
    ca: CaFile = None,
    verify: Verify = True,
    without: Without = None,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Go on with a paused campaign (the same as `run` without a list)."""
    run(name, account=account, ca=ca, store=store, as_json=as_json)


@app.command()
def cancel(name: Name, store: StorePath = "campaigns.db") -> None:
    """End a campaign for good; nobody else gets a letter."""
    with spoken_errors():
        _stored(name, store).cancel()


@app.command()
def results(
    name: Name,
    store: StorePath = "campaigns.db",
    csv: Annotated[Path | None, typer.Option(help="Write all rows to this CSV (UTF-8) file.")] = None,
    status: Annotated[str | None, typer.Option(help="Only rows with this status, e.g. refused.")] = None,
    as_json: Json = False,
) -> None:
    """One row per recipient: status, category, the server's words, attempts, queue id, times."""
    with spoken_errors():
        rows = _stored(name, store).results().to_polars()
        if status is not None:
            rows = rows.filter(rows["status"] == one_of(*Status)("--status", status))
        if csv is not None:
            Table(rows).write_csv(csv)
            console.print(f"{len(rows)} rows in {csv}")
        elif as_json:
            print_json(rows.to_dicts())
        else:
            shown = ("row", "email", "status", "category", "reply", "detail")
            for row in rows.select(shown).iter_rows():
                console.print("  ".join("" if cell is None else str(cell) for cell in row))

"""gatepost store: check, backup, migrate, adopt, vacuum, prune, forget."""

from __future__ import annotations

import secrets
import shlex
import time
from pathlib import Path
from typing import Annotated

import typer

from ..durations import read_duration
from ..language import gettext as _
from ..store import Status, StoreError, open_store
from ..store.copying import back_up, move
from ..store.tables.store import TableStore
from .commands import command
from .options import StorePath
from .output import OK, REFUSED, Json, console, print_json, spoken_errors, tell

app = typer.Typer(help="The store itself: look for damage, copy, move, shorten, forget.", no_args_is_help=True)

Target = Annotated[str, typer.Argument(help="A new store: a file path, or postgresql://...")]


def _open(store: str) -> TableStore:
    """A store that is there."""
    if "://" not in store and not Path(store).exists():
        raise StoreError(_("no store at {store}; pass --store").format(store=store))
    return _opened(store)


def _opened(store: str) -> TableStore:
    opened = open_store(store)
    assert isinstance(opened, TableStore)
    return opened


@app.command()
def check(store: StorePath = "campaigns.db", as_json: Json = False) -> None:
    """Look for damage and for what does not fit together. Exit code 1 where something was found."""
    with spoken_errors(), _open(store) as opened:
        findings = opened.check()
        if as_json:
            print_json({"store": opened.url, "findings": findings, "sends_nothing": opened.why_silent()})
        else:
            for finding in findings:
                console.print(finding)
            verdict = _("see above") if findings else _("in order")
            console.print(opened.why_silent() or f"{opened.url}: {verdict}")
    raise typer.Exit(REFUSED if findings else OK)


@app.command()
def backup(target: Target, store: StorePath = "campaigns.db") -> None:
    """Copy the store as it is at this moment, while others send. The copy knows that it is one, and sends nothing."""
    with spoken_errors(), _open(store) as opened, _opened(target) as copy:
        copied = back_up(opened, copy)
        adopt_it = shlex.join(["gatepost", "store", "adopt", "--store", copy.url])
        words = _("{store}: a copy ({rows}); {command} makes it the store")
        tell(words.format(store=copy.url, rows=_in_words(copied), command=adopt_it))


@app.command()
def migrate(target: Target, store: StorePath = "campaigns.db") -> None:
    """Move the store into another database, from a file to PostgreSQL or back. The old one sends nothing any more."""
    with spoken_errors(), _open(store) as opened, _opened(target) as new:
        copied = move(opened, new)
        words = _("{store}: all of {old} ({rows})")
        console.print(words.format(store=new.url, old=opened.url, rows=_in_words(copied)))


@app.command()
def adopt(store: StorePath = "campaigns.db") -> None:
    """Make a copy the store, where the original is lost. What the original may have sent since is in doubt."""
    with spoken_errors(), _open(store) as opened:
        in_doubt = opened.adopt(secrets.token_hex(8))
        words = _("{store} is a store of its own now; recipients in doubt: {count}")
        console.print(words.format(store=opened.url, count=f"{in_doubt:,}"))
        for record in opened.campaigns():
            if unknown := opened.counts(record.id)[Status.UNKNOWN]:
                put_back = command("campaign", "resend", record.name, "--unknown")
                words = _("campaign {campaign}: {count} in doubt; {command} puts them back")
                tell(words.format(campaign=record.name, count=f"{unknown:,}", command=put_back))


@app.command()
def vacuum(store: StorePath = "campaigns.db") -> None:
    """Give back the space of what was deleted."""
    with spoken_errors(), _open(store) as opened:
        opened.vacuum()


@app.command()
def prune(
    older_than: Annotated[str, typer.Option(help="Age, e.g. 365d.")],
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Forget history of this age, and campaigns that ended before, with their recipients. Suppressions stay."""
    with spoken_errors(), _open(store) as opened:
        gone = opened.prune(time.time() - read_duration("--older-than", older_than))
        opened.vacuum()
        if as_json:
            print_json(gone._asdict())
        else:
            console.print(_("forgotten: {rows}").format(rows=_in_words(gone._asdict())))


@app.command()
def forget(
    address: Annotated[str, typer.Argument(help="The person's address.")],
    keep_suppressed: Annotated[
        bool, typer.Option("--keep-suppressed", help="Keep the address on the suppression list, so that nobody writes.")
    ] = False,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Delete one person everywhere: rows of all lists, history, events, suppression (152-FZ, GDPR article 17).

    Backups are files of their own: do the same with each.
    """
    with spoken_errors(), _open(store) as opened:
        gone = opened.forget(address, keep_suppressed=keep_suppressed)
        opened.vacuum()
        if as_json:
            print_json(gone._asdict())
        else:
            console.print(_("forgotten: {rows}").format(rows=_in_words(gone._asdict())))


def _in_words(rows: dict[str, int]) -> str:
    names = {
        "campaigns": _("campaigns"),
        "recipients": _("recipients"),
        "attempts": _("attempts"),
        "events": _("events"),
        "suppressions": _("suppressions"),
        "workers": _("workers"),
        "blobs": _("files of letters"),
        "campaign_blobs": _("uses of files"),
        "token_letters": _("letters that count against limits"),
    }
    shown = [f"{names.get(table, table)} {count:,}" for table, count in rows.items() if count]
    return ", ".join(shown) or _("nothing")

"""gatepost suppress: the addresses that are never written to again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..campaigns import Suppressions
from ..campaigns.lists.addresses import wire_address
from ..campaigns.words import moment
from ..errors import InputError
from ..history import Table
from ..language import gettext as _
from ..language import ngettext
from .commands import command
from .options import StorePath
from .output import REFUSED, Json, console, print_json, spoken_errors, tell

app = typer.Typer(help="Addresses that campaigns of a store leave out.", no_args_is_help=True)

Addresses = Annotated[list[str], typer.Argument(help="Addresses, one or several.")]
Reason = Annotated[str, typer.Option(help="Why, for those who look later.")]


@app.command()
def add(addresses: Addresses, reason: Reason = "manual", store: StorePath = "campaigns.db") -> None:
    """Never again to these addresses."""
    with spoken_errors():
        added = Suppressions(store).add(_good(addresses), reason=reason)
        console.print(_("{addresses} suppressed").format(addresses=_addresses(added)))


@app.command()
def remove(addresses: Addresses, store: StorePath = "campaigns.db") -> None:
    """These may be written to again. Exit code 1 where none of them was suppressed."""
    with spoken_errors():
        known = Suppressions(store)
        there = [one for one in _good(addresses) if one in known]
        known.remove(addresses)
        for one in addresses:
            words = _("{address} may be written to again") if one in there else _("{address} was not suppressed")
            console.print(words.format(address=one))
        if there:
            for campaign in known.left_out_by(there):
                again = command("campaign", "resend", campaign, "--suppressed")
                tell(_("put back in campaign {campaign}: {command}").format(campaign=campaign, command=again))
    raise typer.Exit(0 if there else REFUSED)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, Excel, JSON or Parquet file with the addresses.")],
    address_column: Annotated[
        str | None, typer.Option(help="The column with the addresses.", show_default="email")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="The list's charset; default: recognised.")] = None,
    reason: Reason = "imported",
    store: StorePath = "campaigns.db",
) -> None:
    """Add the addresses of a file."""
    with spoken_errors():
        added = Suppressions(store).import_csv(
            str(file), address_column=address_column, encoding=encoding, reason=reason
        )
        console.print(_("{addresses} of {file} suppressed").format(addresses=_addresses(added), file=file))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The CSV file to write (UTF-8).")], store: StorePath = "campaigns.db"
) -> None:
    """Write all of them to a CSV file; `import --address-column address` reads it."""
    with spoken_errors():
        frame = Suppressions(store).to_polars()
        Table(frame).write_csv(file)
        console.print(_("{addresses} in {file}").format(addresses=_addresses(frame.height), file=file))


@app.command(name="list")
def list_(store: StorePath = "campaigns.db", as_json: Json = False) -> None:
    """All of them, with the reason and since when."""
    with spoken_errors():
        frame = Suppressions(store).to_polars()
        if as_json:
            print_json(frame.to_dicts())
            return
        for address, reason, at in frame.iter_rows():
            console.print(f"{moment(at)}  {address}  {reason}")
        if frame.is_empty():
            console.print(_("nobody is suppressed"))


def _good(addresses: list[str]) -> list[str]:
    """The same. InputError says what is wrong with the first that is none, and how it is written."""
    for one in addresses:
        try:
            wire_address(one)
        except ValueError as error:
            how = _("{error}; addresses are written olga@example.com, with spaces between them")
            raise InputError(how.format(error=error)) from None
    return addresses


def _addresses(n: int) -> str:
    return ngettext("{count} address", "{count} addresses", n).format(count=f"{n:,}")

"""gatepost history: statistics, errors and the HTML report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table as RichTable

from ..history import History, Table
from .options import StorePath
from .output import Json, console, fail, in_options, print_json, spoken_errors

app = typer.Typer(help="What became of the letters sent.", no_args_is_help=True)


def _open(store: str) -> History:
    if "://" not in store and not Path(store).exists():
        fail(f"no store at {store}; pass --store", 2)
    return History(store)


def _print(table: Table, as_json: bool) -> None:
    frame = table.to_polars()
    if as_json:
        print_json(frame.to_dicts())
        return
    shown = RichTable(*frame.columns, box=None, header_style="bold")
    for row in frame.iter_rows():
        shown.add_row(
            *("" if cell is None else f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row)
        )
    console.print(shown)


@app.command()
def stats(
    by: Annotated[list[str] | None, typer.Option(help="day, hour, domain, account, campaign, category ...")] = None,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Attempts, acceptance and delays by day, domain, account ..."""
    with spoken_errors():
        _print(_open(store).stats(by=by or ["day", "domain"]), as_json)


@app.command()
def errors(
    last: Annotated[int, typer.Option(min=1, help="How many.")] = 100,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """The newest refusals, failures to connect or log in, and why campaigns paused; with cause and remedy."""
    with spoken_errors():
        found = _open(store).errors(last=last).to_polars()
        if as_json:
            print_json(found.to_dicts())
            return
        for row in found.iter_rows(named=True):
            console.print(_error(row))
        if found.is_empty():
            console.print("no errors")


def _error(row: dict[str, Any]) -> str:
    """One error as people read it; nothing is cut in a narrow terminal."""
    who = " ".join(str(row[key]) for key in ("recipient", "campaign", "account") if row[key])
    code = " ".join(str(row[key]) for key in ("code", "enhanced") if row[key])
    said = " ".join(part for part in (code, row["reply"]) if part)
    lines = [f"{row['at']:%Y-%m-%d %H:%M:%S}  {who}", f"    {row['category'] or row['phase']}: {in_options(said)}"]
    lines += [f"    {row['cause']} {row['remedy']}"] if row["cause"] else []
    return "\n".join(lines)


@app.command()
def report(
    path: Annotated[Path, typer.Argument(help="The HTML file to write.")] = Path("report.html"),
    campaign: Annotated[str | None, typer.Option(help="Only this campaign.")] = None,
    store: StorePath = "campaigns.db",
) -> None:
    """Write one self-contained HTML report with plots."""
    with spoken_errors():
        _open(store).report(str(path), campaign=campaign)
        console.print(f"report: {path.resolve()}")

"""gatepost campaign list, show, status, results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as RichTable

from ...arguments import one_of
from ...campaigns import Campaign
from ...history import Table
from ...store import Status, without_secrets
from ..options import StorePath
from ..output import Json, console, fail, in_options, print_json, spoken_errors, tell
from .letter import Name, stored

_SHOWN = ("row", "email", "status", "category", "reply", "detail")  # of results, in a terminal


def list_(store: StorePath = "campaigns.db", as_json: Json = False) -> None:
    """The campaigns of a store, oldest first."""
    with spoken_errors():
        if "://" not in store and not Path(store).exists():
            fail(f"no store at {store}; pass --store", 2)
        rows = Campaign.stored(store).to_polars()
        if as_json:
            print_json(rows.to_dicts())
        elif rows.is_empty():
            console.print(f"no campaigns in {without_secrets(store)}")
        else:
            shown = RichTable("name", "state", "created", "rows", "accepted", "left", box=None, header_style="bold")
            for one in rows.iter_rows(named=True):
                created = one["created"].strftime("%Y-%m-%d %H:%M")
                numbers = (f"{one[key]:,}" for key in ("rows", "accepted", "left"))
                shown.add_row(one["name"], one["state"], created, *numbers)
            console.print(shown)


def show(name: Name, store: StorePath = "campaigns.db", as_json: Json = False) -> None:
    """What a campaign is made of: letter, list, accounts."""
    with spoken_errors():
        campaign = stored(name, store)
        parts = campaign.describe()
        if as_json:
            print_json(parts)
            return
        for key, value in parts.items():
            if value not in ("", None, [], {}):
                console.print(f"{key:<17} {_words(value)}")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def status(name: Name, store: StorePath = "campaigns.db", as_json: Json = False) -> None:
    """How far a campaign is, what it waits for, and why it stopped."""
    with spoken_errors():
        campaign = stored(name, store)
        if as_json:
            print_json(campaign.status().to_dict())
        else:
            found = campaign.status()
            told = found.sentences()
            tell(in_options(str(found), name))
            more = [one for one in campaign.explain().sentences if one not in told]
            tell(in_options("\n".join(more), name))


def results(
    name: Name,
    store: StorePath = "campaigns.db",
    csv: Annotated[Path | None, typer.Option(help="Write all rows to this CSV (UTF-8) file.")] = None,
    status: Annotated[str | None, typer.Option(help="Only rows with this status, e.g. refused.")] = None,
    as_json: Json = False,
) -> None:
    """One row per recipient: status, category, the server's words, attempts, queue id, times."""
    with spoken_errors():
        wanted = None if status is None else one_of(*Status)("--status", status)
        columns = None if csv is not None or as_json else _SHOWN
        rows = stored(name, store).results(columns).to_polars()
        if wanted is not None:
            rows = rows.filter(rows["status"] == wanted)
        if csv is not None:
            Table(rows).write_csv(csv)
            console.print(f"{len(rows)} rows in {csv}")
        elif as_json:
            print_json(rows.to_dicts())
        else:
            for row in rows.iter_rows():
                console.print("  ".join("" if cell is None else str(cell) for cell in row))

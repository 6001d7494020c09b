"""gatepost campaign resend, rename, delete, export."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from ...campaigns import Campaign
from ...campaigns.words import count
from ...codes import Category
from ...errors import InputError
from ..commands import command
from ..options import StorePath
from ..output import Json, console, print_json, spoken_errors, tell
from .letter import Name, stored


def resend(
    name: Name,
    failed: Annotated[bool, typer.Option("--failed", help="Those that were refused or given up.")] = False,
    category: Annotated[
        list[str] | None,
        typer.Option(help="Of those only this category, e.g. mailbox_full; may be given several times."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Of those only who was last tried then or later: 2026-10-31 or 2026-10-31T18:30.")
    ] = None,
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Those in doubt, who may have the letter: look before you do this.")
    ] = False,
    suppressed: Annotated[
        bool, typer.Option("--suppressed", help="Those whom the suppression list left out and who are off it now.")
    ] = False,
    store: StorePath = "campaigns.db",
    as_json: Json = False,
) -> None:
    """Put recipients back into the queue; `run` then sends to them."""
    with spoken_errors():
        if since is not None and not (failed or category):
            raise InputError("--since is of those that failed: pass --failed or --category, too")
        if not (failed or category or unknown or suppressed):
            raise InputError("whom? pass --failed (with --category if you like), --unknown or --suppressed")
        campaign = stored(name, store)
        _check(campaign, category or [])
        moved = campaign.failed(*category or [], since=since).resend() if failed or category else 0
        moved += campaign.unknown().resend() if unknown else 0
        moved += campaign.suppressed().resend() if suppressed else 0
        if as_json:
            print_json({"queued": moved})
        elif moved:
            tell(f"{count(moved, 'recipient')} queued again; {command('campaign', 'run', name)} sends to them")
        else:
            console.print("nobody is in that state; nothing changed")


def _check(campaign: Campaign, categories: list[str]) -> None:
    """InputError for a name that is no category, with those that this campaign has, and all there are."""
    every = list(map(str, Category))
    for one in categories:
        if one not in every:
            likely = get_close_matches(one, every, 1)
            meant = f"did you mean {likely[0]}? " if likely else ""
            known = campaign.failed().results().to_polars()["category"].value_counts(sort=True)
            here = ", ".join(f"{name} ({n:,})" for name, n in known.iter_rows() if name) or "none"
            raise InputError(
                f"--category {one!r}: {meant}This campaign has {here}. There are: {', '.join(sorted(every))}"
            )


def rename(
    name: Name, new_name: Annotated[str, typer.Argument(help="Its new name.")], store: StorePath = "campaigns.db"
) -> None:
    """Give a campaign another name, in its history too."""
    with spoken_errors():
        stored(name, store).rename(new_name)
        console.print(f"{name} is {new_name} now")


def delete(
    name: Name,
    begun: Annotated[
        bool, typer.Option("--begun", help="Also where letters went out: nobody knows then who has one.")
    ] = False,
    store: StorePath = "campaigns.db",
) -> None:
    """Remove a campaign from the store; the history of its letters stays."""
    with spoken_errors():
        stored(name, store).delete(begun=begun)
        console.print(f"{name} is deleted")


def export(
    name: Name,
    folder: Annotated[Path, typer.Argument(help="The folder to write into; it is made where it is absent.")],
    store: StorePath = "campaigns.db",
) -> None:
    """Write letter, list, results and shared files of a campaign into a folder."""
    with spoken_errors():
        for path in stored(name, store).export(folder):
            console.print(str(path))

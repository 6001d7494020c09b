"""gatepost demo: the whole product in half a minute, on this machine alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .output import console, spoken_errors


def demo(
    letters: Annotated[int, typer.Option(min=100, max=100_000, help="How many rows of the list to use.")] = 2000,
    folder: Annotated[
        Path | None, typer.Option(help="Where ledger and report go; default: a new temporary folder.")
    ] = None,
) -> None:
    """Run a campaign into a sink that behaves like a real gate, and explain what became of every letter."""
    with spoken_errors():
        from ..demo import run_demo

        run_demo(letters=letters, folder=folder, console=console)

"""The progress bar of a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from .run_state import Display, Tally


class Quiet:
    """Shows nothing."""

    def update(self, tally: Tally) -> None:
        """Nothing."""


class Bar:
    """A Rich progress bar: rate, accepted, refused, retrying, what is left, and what it waits for."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None, words="")

    def update(self, tally: Tally) -> None:
        """Moves the bar."""
        rate = tally.accepted / tally.sending if tally.sending > 0.05 else 0.0
        words = f"{rate:,.0f}/s · [green]{tally.accepted:,} accepted[/] · [red]{tally.refused:,} refused[/]"
        if tally.retrying:
            words += f" · [yellow]{tally.retrying:,} to retry[/]"
        if tally.note:
            words += f" · {tally.note[:80].replace('[', '(')}"
        self._progress.update(
            self._task, total=max(tally.pending, tally.finished), completed=tally.finished, words=words
        )


@contextmanager
def display(show: bool | None, name: str, console: Console | None = None) -> Iterator[Display]:
    """A bar where `show` is True, or None and the output is a terminal or a notebook; else nothing."""
    console = console or Console(file=sys.stderr)
    if show is False or (show is None and not (console.is_terminal or console.is_jupyter)):
        yield Quiet()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[words]}"),
    )
    with Progress(*columns, console=console) as progress:
        yield Bar(progress, name)

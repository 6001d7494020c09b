"""The progress bar of a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from ...terminal import Terminal
from .run_state import Display, Tally


class Quiet:
    """Shows nothing."""

    def update(self, tally: Tally) -> None:
        """Nothing."""


class _Words(ProgressColumn):
    def render(self, task: Task) -> Text:
        """What `Bar.update` made of the tally."""
        words: Text = task.fields["words"]
        return words


class Bar:
    """A Rich progress bar: rate, accepted, refused, retrying, what is left, and what it waits for."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None, words=Text())

    def update(self, tally: Tally) -> None:
        """Moves the bar."""
        rate = tally.accepted / tally.sending if tally.sending > 0.05 else 0.0
        parts: list[tuple[str, str]] = [
            (f"{rate:,.0f}/s", ""),
            (f"{tally.accepted:,} accepted", "green"),
            (f"{tally.refused:,} refused", "red"),
        ]
        if tally.retrying:
            parts.append((f"{tally.retrying:,} to retry", "yellow"))
        if tally.note:
            parts.append((tally.note[:80], ""))
        words = Text(" · ").join(Text(*part) for part in parts)
        self._progress.update(
            self._task, total=max(tally.pending, tally.finished), completed=tally.finished, words=words
        )


@contextmanager
def display(show: bool | None, name: str, console: Console | None = None) -> Iterator[Display]:
    """A bar where `show` is True, or None and the output is a terminal or a notebook; else nothing."""
    console = console or Terminal(file=sys.stderr)
    if show is False or (show is None and not (console.is_terminal or console.is_jupyter)):
        yield Quiet()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        _Words(),
    )
    with Progress(*columns, console=console) as progress:
        yield Bar(progress, name)

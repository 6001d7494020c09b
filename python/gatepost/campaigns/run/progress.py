"""How a run shows that it gets on: a bar in a terminal, a line that changes in a notebook, lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from ...clocks import SteadyClock
from ...terminal import Terminal
from .notebook_progress import NotebookLine
from .progress_lines import JsonLines, PlainLines
from .progress_words import as_text, eta, rate
from .run_state import Display, Tally

SHOWN = ("bar", "plain", "json")
_NARROW = 100  # columns; above, everything stands in one line


class Quiet:
    """Shows nothing."""

    def update(self, tally: Tally) -> None:
        """Nothing."""


class _TwoLines(Progress):
    """Name, bar, count, rate and time left; below them what became of letters and what holds them back."""

    words = Text()

    def get_renderables(self) -> Iterable[RenderableType]:
        """The bar, and the words, folded rather than cut."""
        yield self.make_tasks_table(self.tasks)
        if self.words:
            yield self.words


class Bar:
    """A Rich progress bar, from the first figures on: a run with nothing to do shows none."""

    def __init__(self, progress: _TwoLines, name: str) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=None, speed="", left="")

    def update(self, tally: Tally) -> None:
        """Moves the bar."""
        self._progress.start()
        self._progress.words = Text(as_text(tally), overflow="fold")
        total = max(tally.pending, tally.finished)
        self._progress.update(self._task, total=total, completed=tally.finished, speed=rate(tally), left=eta(tally))


@contextmanager
def display(show: bool | str | None, name: str, console: Console | None = None) -> Iterator[Display]:
    """`show`: one of SHOWN; True: a bar; None: a bar where the output is a terminal or a notebook, else nothing; False:
    nothing."""
    notebook = console is None and NotebookLine.here()
    console = console or Terminal(file=sys.stderr)
    if show is False or (show is None and not (console.is_terminal or notebook)):
        yield Quiet()
    elif show in ("plain", "json"):
        kind = PlainLines if show == "plain" else JsonLines
        lines = kind(name, sys.stderr, SteadyClock())
        yield lines
        lines.end()
    elif notebook:
        line = NotebookLine(name)
        yield line
        line.end()
    else:
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24 if console.width >= _NARROW else 16),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}", markup=False),
            TextColumn("{task.fields[left]}", markup=False),
        )
        progress = _TwoLines(*columns, console=console)
        try:
            yield Bar(progress, name)
        finally:
            progress.stop()

"""Progress in a notebook: one line that changes."""

from __future__ import annotations

import sys
import time
from html import escape
from typing import Any

from .progress_words import as_text, eta, rate
from .run_state import Tally

_EVERY = 0.25  # seconds


class NotebookLine:
    """A bar and the figures, as HTML that IPython shows in place of what stood there before."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._handle: Any = None
        self._next = 0.0
        self._last: Tally | None = None

    @staticmethod
    def here() -> bool:
        """Whether this is a notebook's kernel."""
        ipython = sys.modules.get("IPython")  # a notebook has imported it
        shell = ipython.get_ipython() if ipython is not None else None
        return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"

    def update(self, tally: Tally) -> None:
        """Shows the figures, a few times a second."""
        self._last = tally
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            self._show(tally)

    def end(self) -> None:
        """The figures as of the end."""
        if self._last is not None:
            self._show(self._last)

    def _show(self, tally: Tally) -> None:
        from IPython.display import display

        data = {"text/html": self.html(tally), "text/plain": f"{self._name}: {as_text(tally)}"}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(data, raw=True)

    def html(self, tally: Tally) -> str:
        """A bar that needs no script."""
        total = max(tally.pending, tally.finished)
        figures = ", ".join(part for part in (rate(tally), eta(tally), as_text(tally)) if part)
        bar = f"<progress value='{tally.finished}' max='{max(total, 1)}'></progress>"
        return f"<div><b>{escape(self._name)}</b> {bar} {tally.finished:,} of {total:,}<br>{escape(figures)}</div>"

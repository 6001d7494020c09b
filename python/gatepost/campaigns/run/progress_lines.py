"""Progress as lines: for logs, and for programs that read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import IO

from ...shown import escaped, shown
from .progress_words import as_text, eta, per_second, rate, seconds_left
from .run_state import Tally

_EVERY = {"plain": 10.0, "json": 1.0}  # seconds between lines, unless what it waits for changes


class _Lines:
    """Writes a line now and then, and one at the end."""

    every: float

    def __init__(self, name: str, file: IO[str], clock: Callable[[], float]) -> None:
        self._name, self._file, self._clock = name, file, clock
        self._next = 0.0
        self._note: str | None = None
        self._last: Tally | None = None
        self._told: Tally | None = None  # what the last line says
        self._written = ""

    def update(self, tally: Tally) -> None:
        """Writes a line where one is due."""
        self._last = tally
        now = self._clock()
        if now >= self._next or (tally.note and tally.note != self._note):
            self._next, self._note = now + self.every, tally.note or self._note
            self._write(tally)

    def end(self) -> None:
        """The figures as of the end, where the last line has others."""
        if self._last is not None and self._last != self._told:
            self._write(self._last)

    def _write(self, tally: Tally) -> None:
        self._told = replace(tally)
        line = self.line(tally)
        if line != self._written:
            self._written = line
            self._file.write(line + "\n")
            self._file.flush()

    def line(self, tally: Tally) -> str:
        """One line."""
        raise NotImplementedError


class PlainLines(_Lines):
    """ "october: 1,200 of 5,000, 240/s, 16 s left: 1,180 accepted, 20 refused"."""

    every = _EVERY["plain"]

    def line(self, tally: Tally) -> str:
        """For people who read a log."""
        head = f"{self._name}: {tally.finished:,} of {max(tally.pending, tally.finished):,}"
        parts = [part for part in (head, rate(tally), eta(tally)) if part]
        return shown(f"{', '.join(parts)}: {as_text(tally)}".replace("\n", " "))


class JsonLines(_Lines):
    """An object a line: campaign, finished, pending, accepted, refused, retrying, other, rate, seconds_left, note."""

    every = _EVERY["json"]

    def line(self, tally: Tally) -> str:
        """For programs."""
        left = seconds_left(tally)
        found = {
            "campaign": self._name,
            "at": round(self._clock(), 3),
            "finished": tally.finished,
            "pending": max(tally.pending, tally.finished),
            "accepted": tally.accepted,
            "refused": tally.refused,
            "retrying": tally.retrying,
            "other": tally.other,
            "rate": round(per_second(tally), 1),
            "seconds_left": None if left is None else round(left, 1),
            "note": tally.note,
        }
        return escaped(json.dumps(found, ensure_ascii=False))

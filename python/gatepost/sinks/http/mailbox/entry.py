"""A letter of the mailbox: what the core keeps, and what only HTTP clients know of it."""

from __future__ import annotations

from .... import _core
from .summary import Opened, Summary
from .tags import Tag


class Entry:
    """A letter with its tags and whether it was read; its summary is made when first asked for."""

    __slots__ = ("_summary", "id", "read", "stored", "tags")

    def __init__(self, stored: _core.StoredLetter) -> None:
        self.id = stored.id
        self.stored = stored
        self.read = False
        self.tags: tuple[Tag, ...] = ()
        self._summary: Summary | None = None

    @property
    def key(self) -> str:
        """Its id as clients name it."""
        return str(self.id)

    @property
    def size(self) -> int:
        """Bytes of the letter as it came."""
        return len(self.stored.raw) if self._summary is None else self._summary.size

    @property
    def summary(self) -> Summary:
        """What a list shows."""
        if self._summary is None:
            self._summary = self.open().summary()
        return self._summary

    def take_summary(self, opened: Opened) -> None:
        """Makes the summary of a letter that is open already."""
        if self._summary is None:
            self._summary = opened.summary()

    def open(self) -> Opened:
        """The letter, parsed."""
        return Opened(self.stored)

    def as_json(self) -> str:
        """For a list."""
        return self.summary.as_json(self.read, self.tags)

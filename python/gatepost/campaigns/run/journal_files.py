"""The files of a run's journal: one after another, each deleted once all letters that it names are settled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ... import _core

_FULL = 8 << 20  # bytes; a crash leaves two of them to be read, as a rule


@dataclass(slots=True)
class _Closed:
    """A file that is written no more."""

    path: Path
    waits_for: set[int]  # tickets of it that were not settled yet


class JournalFiles:
    """`base`.journal, `base`.journal.2, `base`.journal.3 ..."""

    def __init__(self, base: Path) -> None:
        self._first = Path(f"{base}.journal")
        self._number = 1
        self._closed: list[_Closed] = []
        self._journal: _core.Journal | None = None

    def left_behind(self) -> list[Path]:
        """Those that are there, in their order."""
        later = [p for p in self._first.parent.iterdir() if p.name.startswith(f"{self._first.name}.")]
        numbered = sorted((int(path.suffix[1:]), path) for path in later if path.suffix[1:].isdecimal())
        return [self._first] * self._first.exists() + [path for _, path in numbered]

    def create(self) -> _core.Journal:
        """The journal of this run. OSError where there is one already, or where it cannot be made."""
        self._journal = _core.Journal(str(self._first))
        return self._journal

    def settled(self, outstanding: Collection[int]) -> None:
        """All tickets but these are settled on the disk: deletes what is read no more, begins a new file in time.

        A new file that cannot be made is not missed: the journal goes on in the one that it has.
        """
        for file in list(self._closed):
            file.waits_for.intersection_update(outstanding)
            if not file.waits_for:
                file.path.unlink(missing_ok=True)
                self._closed.remove(file)
        if self._journal is not None and self._journal.size >= _FULL:
            self._turn(outstanding)

    def _turn(self, outstanding: Collection[int]) -> None:
        assert self._journal is not None
        now, new = self._path(self._number), self._path(self._number + 1)
        try:
            self._journal.continue_in(str(new))
        except OSError:
            return
        self._number += 1
        self._closed.append(_Closed(now, set(outstanding)))

    def _path(self, number: int) -> Path:
        return self._first if number == 1 else Path(f"{self._first}.{number}")

    def remove(self) -> None:
        """Deletes all of them: nothing is left to be told."""
        for path in self.left_behind():
            path.unlink(missing_ok=True)
        self._closed.clear()

    def close(self) -> None:
        """Once the engine has stopped: others may read what stands there."""
        self.leave_to_parent()

    def leave_to_parent(self) -> None:
        """In a child made by fork: lets go of the parent's lock."""
        if self._journal is not None:
            _core.Journal.leave_to_parent(self._journal)
            self._journal = None

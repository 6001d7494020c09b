"""The letters of a sink as they come and go: looked at when somebody asks, gone when the core let go of them."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

from .entry import Entry
from .search import read_query
from .stored_form import head
from .tags import Tags
from .texts import Texts

if TYPE_CHECKING:
    from ..served import ServedSink

_MAY_BE_TAGGED = re.compile(rb"^x-tags[ \t]*:|\+[^\s@+]{0,64}@", re.IGNORECASE | re.MULTILINE)


class Listener(Protocol):
    """Who hears of changes."""

    @property
    def listening(self) -> bool:
        """Whether it is worth while to tell."""

    def tell(self, kind: str, data: Any) -> None:
        """The type of an event and its data: a dict, or text that is JSON already."""


class Followed:
    """The letters of a sink by id, listed and searched. Safe from any thread."""

    def __init__(self, sink: ServedSink, listener: Listener) -> None:
        self._core = sink._core
        self._listener = listener
        self._lock = threading.RLock()
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._unread = 0
        self._last = 0
        self._first, self._evicted = 1, 0  # the oldest letter that the core has, when it had evicted so many
        self._to_index: deque[Entry] = deque()
        self._texts, self._texts_lock = Texts(), threading.Lock()
        self.tags = Tags()
        self.deleted = 0

    # --- following the core ---

    def follow(self) -> None:
        """Takes in what came since, and lets go of what the core let go of."""
        with self._lock:
            self._let_go()
            if self._core.received == self._last:
                return
            came = [Entry(stored) for stored in self._core.letters(after=self._last)]
            self._last = max(self._last, came[-1].id) if came else self._last
            for entry in came:
                self._entries[entry.id] = entry
                if _may_be_tagged(entry):
                    entry.tags = self.tags.replace((), entry.summary.first_tags)
            self._unread += len(came)
            self._to_index.extend(came)
            if self._listener.listening:
                for entry in came:
                    self._tell("new", entry.as_json())
                self._tell_stats()

    def _let_go(self) -> None:
        # Ids are given without gaps and the oldest letter goes first, discarded ones among them.
        if (evicted := self._core.evicted) == self._evicted:
            return
        self._first += evicted - self._evicted
        self._evicted = evicted
        while self._entries and next(iter(self._entries)) < self._first:
            self._remove(next(iter(self._entries)))
        while self._to_index and self._to_index[0].id < self._first:
            self._to_index.popleft()

    def _remove(self, id_: int) -> None:
        entry = self._entries.pop(id_)
        self._unread -= not entry.read
        entry.tags = self.tags.replace(entry.tags, ())

    def cleared(self) -> None:
        """The core's inbox was emptied."""
        with self._lock:
            self.deleted += len(self._entries)
            self._entries.clear()
            self._to_index.clear()
            self.tags.forget()
            self._unread = 0
            while True:
                evicted, received = self._core.evicted, self._core.received
                there = [*self._core.letters()[:1], *self._core.discarded()[:1]]
                if evicted == self._core.evicted:
                    break
            self._evicted = evicted
            self._first = min((stored.id for stored in there), default=received + 1)
            self._last = self._first - 1
            self._tell("truncate", None)
            self._tell_stats()

    def index(self, most: int | None = None) -> bool:
        """Reads the words of letters that no search has seen yet, at most so many; False where there are none left."""
        with self._texts_lock:
            self._texts.drop_before(self._first)
            while most is None or most > 0:
                with self._lock:
                    if not self._to_index:
                        return False
                    entry = self._to_index.popleft()
                opened = entry.open()
                entry.take_summary(opened)
                self._texts.add(entry.id, opened.search_text())
                most = None if most is None else most - 1
        return True

    # --- looking ---

    @property
    def total(self) -> int:
        """How many letters there are."""
        return len(self._entries)

    @property
    def unread(self) -> int:
        """How many of them nobody opened."""
        return self._unread

    def newest_first(self) -> list[Entry]:
        """All letters."""
        self.follow()
        with self._lock:
            return list(reversed(self._entries.values()))

    def search(self, query: str, zone: str = "") -> list[Entry]:
        """The letters that pass, newest first."""
        wanted = read_query(query, zone)
        entries = self._holding(wanted.words) if wanted.words else self.newest_first()
        for word in wanted.absent:
            found = self._containing([word])
            entries = [entry for entry in entries if entry.id not in found]
        for passes in wanted.filters:
            entries = [entry for entry in entries if passes(entry)]
        return entries

    def _holding(self, words: list[str]) -> list[Entry]:
        found = sorted(self._containing(words), reverse=True)
        with self._lock:
            return [self._entries[id_] for id_ in found if id_ in self._entries]

    def _containing(self, words: list[str]) -> set[int]:
        self.follow()
        self.index()
        with self._texts_lock:
            return set.intersection(*map(self._texts.containing, words))

    def find(self, key: str) -> Entry | None:
        """The letter of this id."""
        self.follow()
        return self._entries.get(int(key)) if key.isascii() and key.isdecimal() and len(key) < 20 else None

    def find_all(self, keys: Iterable[str]) -> list[Entry]:
        """Those of these ids that are there."""
        return [entry for key in keys if (entry := self.find(key)) is not None]

    # --- telling ---

    def _tell(self, kind: str, data: Any) -> None:
        if self._listener.listening:
            self._listener.tell(kind, data)

    def _tell_stats(self) -> None:
        self._tell("stats", {"Total": self.total, "Unread": self.unread})


def _may_be_tagged(entry: Entry) -> bool:
    stored = entry.stored
    return any("+" in address for address in stored.rcpt_to) or bool(_MAY_BE_TAGGED.search(head(stored.raw)))

"""What HTTP clients change in an inbox and the core does not know: read or unread, tags, letters deleted one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .entry import Entry
from .followed import Followed, Listener

if TYPE_CHECKING:
    from ..served import ServedSink

_MOST_EVENTS = 200  # of one change; where it is of more letters, clients are told to ask again


class Mailbox(Followed):
    """The letters of a sink, with what clients make of them. Safe from any thread."""

    def __init__(self, sink: ServedSink, listener: Listener) -> None:
        super().__init__(sink, listener)
        self._sink = sink

    def set_read(self, entries: Iterable[Entry], read: bool) -> None:
        """Marks letters as read or unread."""
        with self._lock:
            changed = [entry for entry in entries if entry.read is not read and entry.id in self._entries]
            for entry in changed:
                entry.read = read
            self._unread -= len(changed) if read else -len(changed)
            self._tell_each("update", changed, {"Read": read})

    def set_tags(self, entry: Entry, names: Iterable[str]) -> None:
        """Gives a letter these tags and no others."""
        with self._lock:
            if entry.id not in self._entries:
                return
            entry.tags = self.tags.replace(entry.tags, names)
            self._tell("update", {"ID": entry.key, "Tags": [tag.name for tag in entry.tags]})

    def rename_tag(self, name: str, new: str) -> str | None:
        """Gives a tag another name; what is wrong, where that is not possible."""
        with self._lock:
            if (tag := self.tags.find(name)) is None:
                return f"tag not found: {name}"
            if self.tags.find(new) not in (None, tag):
                return f"tag already exists: {new}"
            self.tags.rename(tag, new)
            self._tell("prune", None)
            return None

    def delete_tag(self, name: str) -> str | None:
        """Takes a tag from all letters; what is wrong, where there is none."""
        with self._lock:
            if (tag := self.tags.find(name)) is None:
                return f"tag not found: {name}"
            for entry in self._entries.values():
                if tag in entry.tags:
                    entry.tags = self.tags.replace(entry.tags, [one.name for one in entry.tags if one is not tag])
            self._tell("prune", None)
            return None

    def delete(self, entries: list[Entry]) -> None:
        """Deletes letters; the core keeps them until they are evicted or all are deleted."""
        with self._lock:
            gone = [entry for entry in entries if entry.id in self._entries]
            for entry in gone:
                self._remove(entry.id)
            self.deleted += len(gone)
            self._tell_each("delete", gone, {})

    def delete_all(self) -> None:
        """Empties the sink."""
        self.follow()
        self._sink.clear()

    def _tell_each(self, kind: str, entries: list[Entry], data: dict[str, Any]) -> None:
        if len(entries) > _MOST_EVENTS:
            self._tell("prune", None)
        else:
            for entry in entries:
                self._tell(kind, {"ID": entry.key, **data})
        if entries:
            self._tell_stats()

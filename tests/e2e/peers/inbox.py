"""What a peer received."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Letter:
    """The bytes after dot-unstuffing, and the envelope."""

    raw: bytes
    mail_from: str
    rcpt_to: list[str]
    mail_options: list[str]
    rcpt_options: list[list[str]] = field(default_factory=list)
    user: str = ""


class Inbox:
    """Letters in order of arrival, from any thread."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []
        self._changed = threading.Condition()

    def add(self, letter: Letter) -> None:
        with self._changed:
            self._letters.append(letter)
            self._changed.notify_all()

    def to(self, recipient: str) -> list[Letter]:
        """The letters to this recipient that are there now."""
        with self._changed:
            return [letter for letter in self._letters if recipient in letter.rcpt_to]

    def wait(self, count: int, to: str | None = None, timeout: float = 20.0) -> list[Letter]:
        """The letters (to this recipient) as soon as there are `count`; AssertionError when the time is over."""

        def matching() -> list[Letter]:
            return [letter for letter in self._letters if to is None or to in letter.rcpt_to]

        with self._changed:
            arrived = self._changed.wait_for(lambda: len(matching()) >= count, timeout)
            assert arrived, f"{len(matching())} of {count} letters after {timeout} s; all: {self._letters!r}"
            return matching()

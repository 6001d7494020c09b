"""What the rendering of one slot may cost: steps, characters and seconds, counted wherever a template works."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

MOST = 1_000_000
"""Characters of a text, items of a collection with all that is inside it, bits of a number."""
_MOST_TOGETHER = 16 * MOST
_MOST_STEPS = 1_000_000
_MOST_SECONDS = 5.0


class Budget:
    """Counts down while one slot is rendered for one row. OverflowError where something is used up."""

    def __init__(self) -> None:
        self._steps = _MOST_STEPS
        self._left = _MOST_TOGETHER
        self._deadline = time.monotonic() + _MOST_SECONDS

    def step(self) -> None:
        """One turn of a loop, one filter, one call, one operator."""
        self._steps -= 1
        if self._steps < 0:
            raise OverflowError(f"over {_MOST_STEPS:,} steps")
        if time.monotonic() > self._deadline:
            raise OverflowError(f"over {_MOST_SECONDS:g} s")

    def take(self, value: Any) -> None:
        """A value that was made."""
        self._left -= weight(value)
        if self._left < 0:
            raise OverflowError(f"over {_MOST_TOGETHER:,} characters or items in all")


_CURRENT: ContextVar[Budget | None] = ContextVar("budget of a template", default=None)


@contextmanager
def budget() -> Iterator[Budget]:
    """A fresh one for what is rendered inside."""
    token = _CURRENT.set(made := Budget())
    try:
        yield made
    finally:
        _CURRENT.reset(token)


def current() -> Budget:
    """That of the rendering in progress."""
    return _CURRENT.get() or Budget()


def weight(value: Any) -> int:
    """Characters, items and bits of a value with all inside it. OverflowError beyond MOST, before they are counted."""
    if isinstance(value, str | bytes):
        return small(len(value))
    if isinstance(value, int):
        return small(value.bit_length())
    if not isinstance(value, list | tuple | Mapping | set | frozenset):
        return 1
    total, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        total = small(total + len(one) + 1)
        for item in _items(one):
            if isinstance(item, list | tuple | Mapping | set | frozenset):
                waiting.append(item)
            elif isinstance(item, str | bytes):
                total = small(total + len(item))
            elif isinstance(item, int):
                total = small(total + item.bit_length())
    return total


def _items(collection: Any) -> Iterable[Any]:
    return (one for pair in collection.items() for one in pair) if isinstance(collection, Mapping) else collection


def small(size: int) -> int:
    """The size itself; OverflowError where it is over MOST."""
    if size > MOST:
        raise OverflowError(f"a result of over {MOST:,} characters, items or bits")
    return size

"""The tags of a mailbox: which there are, how often each stands, and what a tag may be called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_NOT_IN_TAGS = re.compile(r"[^a-zA-Z0-9\- _.@]")
_MOST_CHARACTERS = 100
_PLUS = re.compile(r"[^+]*\+(.*?)@")


@dataclass(slots=True, eq=False)
class Tag:
    """One name, and how many letters bear it."""

    name: str
    letters: int = 0


class Tags:
    """All tags in use. Names that differ in capitals alone are one tag."""

    def __init__(self) -> None:
        self._by_key: dict[str, Tag] = {}

    @property
    def names(self) -> list[str]:
        """Sorted, whatever their capitals."""
        return [tag.name for _, tag in sorted(self._by_key.items())]

    @property
    def counts(self) -> dict[str, int]:
        """How many letters bear each."""
        return {tag.name: tag.letters for _, tag in sorted(self._by_key.items())}

    def find(self, name: str) -> Tag | None:
        """The tag of this name."""
        return self._by_key.get(name.lower())

    def replace(self, old: tuple[Tag, ...], names: Iterable[str]) -> tuple[Tag, ...]:
        """The tags that a letter bears from now on instead of `old`; names that are none are left out."""
        keys: dict[str, str] = {}
        for name in map(clean, names):
            if name:
                keys.setdefault(name.lower(), name)
        new = tuple(self._by_key.setdefault(key, Tag(name)) for key, name in sorted(keys.items()))
        for tag in new:
            tag.letters += 1
        for tag in old:
            tag.letters -= 1
            if not tag.letters:
                del self._by_key[tag.name.lower()]
        return new

    def rename(self, tag: Tag, name: str) -> None:
        """Gives it another name, on all letters that bear it."""
        del self._by_key[tag.name.lower()]
        tag.name = name
        self._by_key[name.lower()] = tag

    def forget(self) -> None:
        """No letter bears any of them any more."""
        self._by_key.clear()


def clean(name: str) -> str:
    """The name with what no tag may hold left out; "" where nothing stays."""
    return " ".join(_NOT_IN_TAGS.sub(" ", name).split())[:_MOST_CHARACTERS]


def tags_in(x_tags: str, addresses: Iterable[str]) -> list[str]:
    """What the header X-Tags names, and what stands behind a plus in addresses."""
    names = x_tags.split(",") if x_tags.strip() else []
    for address in addresses:
        if found := _PLUS.match(address):
            names += found[1].split("+")
    return names

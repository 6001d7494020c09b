"""The headers of a letter as a multi-dict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .. import arguments


class Headers(Mapping[str, str]):
    """Headers in order, decoded to text, found whatever the case of their name: `headers["x-tag"]`.

    A name may stand several times: `[]`, `get` and `items` give the first, `get_all` every one, `pairs` all headers as
    they stand.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = list(pairs)
        self._by_name: dict[str, list[str]] = {}
        self._spelling: dict[str, str] = {}
        for name, value in self._pairs:
            self._spelling.setdefault(name.lower(), name)
            self._by_name.setdefault(name.lower(), []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._by_name[name.lower() if isinstance(name, str) else name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._spelling.values())

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def get_all(self, name: str) -> list[str]:
        """The values of every header of this name, in order; [] where there is none."""
        return list(self._by_name.get(arguments.line("name", name).lower(), ()))

    def pairs(self) -> list[tuple[str, str]]:
        """All headers as (name, value), in order, repeated ones too."""
        return list(self._pairs)

    def __repr__(self) -> str:
        return f"Headers({self._pairs!r})"

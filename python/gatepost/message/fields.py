"""The plain fields of a letter, as the core takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.header import Header

from .. import _core, arguments
from .words import decoded, line_of

HeaderSource = Mapping[str, str | Header] | Iterable[tuple[str, str | Header]]
"""Further headers: a mapping, or pairs where one stands several times."""


def header_pairs(headers: HeaderSource | None) -> list[tuple[str, str]]:
    """The further headers in order."""
    if headers is None:
        return []
    if isinstance(headers, str) or not isinstance(headers, Iterable):
        raise arguments.refuse("headers", "a mapping or (name, value) pairs", headers)
    items = list(headers.items() if isinstance(headers, Mapping) else headers)
    for i, one in enumerate(items):
        if not isinstance(one, tuple | list) or len(one) != 2:
            raise arguments.refuse(f"headers[{i}]", "a (name, value) pair", one)
    return [_pair(*one) for one in items]


def _pair(name: object, value: object) -> tuple[str, str]:
    known = arguments.text("headers", name)
    read = decoded if _core.header_form(known) == "text" else line_of  # what holds names keeps them encoded
    return known, read(f"headers[{known!r}]", value)

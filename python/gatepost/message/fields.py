"""The plain fields of a letter, as the core takes them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

from .. import arguments

HeaderSource = Mapping[str, str] | Iterable[tuple[str, str]]
"""Further headers: a mapping, or pairs where one stands several times."""


def seconds(date: datetime | float | None) -> float:
    """Unix seconds of a given date, or of now. A datetime without a zone is local time."""
    if date is None:
        return float(int(time.time()))  # a letter's date has whole seconds
    return arguments.moment("date", date)


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
    return [(arguments.text("headers", name), arguments.text(f"headers[{name!r}]", value)) for name, value in items]

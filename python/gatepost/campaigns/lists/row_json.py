"""A row of the list as the ledger keeps it: JSON in which dates, times and Decimals are still what they were."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

_MARK = "gatepost:"
_TAGGED = r'\{"gatepost:(?:date|datetime|time|decimal)":("[^"]*")\}'


def _tagged(value: Any) -> Any:
    """What JSON has no type for: {"gatepost:date": "2026-10-05"}; of other objects the text."""
    match value:
        case datetime.datetime():
            zone = getattr(value.tzinfo, "key", "")
            text = datetime.datetime.isoformat(value)
            return {f"{_MARK}datetime": f"{text}[{zone}]" if zone else text}
        case datetime.date():
            return {f"{_MARK}date": value.isoformat()}
        case datetime.time():
            return {f"{_MARK}time": value.isoformat()}
        case decimal.Decimal():
            return {f"{_MARK}decimal": str(value)}
    return str(value)


def _datetime(text: str) -> datetime.datetime:
    """RFC 9557: an ISO 8601 time, and the zone's name in brackets behind it."""
    time, _, zone = text.removesuffix("]").partition("[")
    exact = datetime.datetime.fromisoformat(time)
    if not zone:
        return exact
    local = exact.replace(tzinfo=ZoneInfo(zone))
    return local if local.utcoffset() == exact.utcoffset() else local.replace(fold=1)


_READERS: dict[str, Callable[[str], Any]] = {
    f"{_MARK}date": datetime.date.fromisoformat,
    f"{_MARK}datetime": _datetime,
    f"{_MARK}time": datetime.time.fromisoformat,
    f"{_MARK}decimal": decimal.Decimal,
}


def _untagged(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        [(tag, text)] = found.items()
        if tag in _READERS and isinstance(text, str):
            try:
                return _READERS[tag](text)
            except (ValueError, ArithmeticError, LookupError, OSError):  # not ours: a list may hold any JSON
                return found
    return found


# No row holds itself: cells come from a file, or through `plain`.
as_json = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":"), default=_tagged
).encode
"""A row as JSON."""


def read_rows(texts: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of many texts that as_json() wrote."""
    together = f"[{','.join(texts)}]"
    # The hook is called for each object, so only where there is anything for it to do.
    rows: list[dict[str, Any]] = json.loads(together, object_hook=_untagged if f'{{"{_MARK}' in together else None)
    return rows


def has_types(fields: pl.Expr) -> pl.Expr:
    """Whether such a text has a date or a Decimal in it."""
    return fields.str.contains(_TAGGED)


def without_types(fields: pl.Expr) -> pl.Expr:
    """A column of such texts as plain JSON for people: dates and Decimals as text."""
    return fields.str.replace_all(_TAGGED, "$1")

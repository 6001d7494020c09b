"""One row of a list, and what a cell may hold."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ...errors import InputError
from .row_json import as_json

MAX_CELL = 1 << 20
"""Characters in one cell; a list with more in one is refused as a whole."""


MAX_DEPTH = 32
"""Lists and objects one in the other in a cell."""


class ListRow(NamedTuple):
    """One row as read. `number` is the line of the record in a text file, else it counts from 1."""

    number: int
    values: Mapping[str, Any]
    problem: str = ""  # why the row cannot be used, in words


def plain(value: Any, depth: int = 0) -> Any:
    """A cell as a row of the ledger can hold it: dates, times and Decimals as they are, NaN and NaT as None.

    RecursionError where it is nested over MAX_DEPTH levels deep, as what holds itself is.
    """
    if depth > MAX_DEPTH:
        raise RecursionError
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else value
    if isinstance(value, datetime.date | datetime.time):
        return None if value != value else value  # NaT
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else value
    if isinstance(value, Mapping):
        return {str(k): plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return [plain(v, depth + 1) for v in value]
    if hasattr(value, "item"):  # a NumPy scalar; a time in nanoseconds would come out as a number
        whole = value.astype("datetime64[us]") if getattr(value, "dtype", None) == "datetime64[ns]" else value
        return plain(whole.item())
    text = str(value)
    return None if text in ("<NA>", "NaT") else text


def fields_json(where: str, row: ListRow) -> str:
    """The columns of a row as a JSON object; InputError names the row and the column for what no ledger can hold."""
    try:
        text = as_json(row.values)
        if not text.isascii():
            text.encode()
    except (ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        column, why = next((column, why) for column, value in row.values.items() if (why := _fault(value)))
        raise InputError(f"{where}, row {row.number}, column {column!r}: {why}") from None
    if len(text) > MAX_CELL:
        for column, value in row.values.items():
            if isinstance(value, str) and len(value) > MAX_CELL:
                raise cell_too_long(where, row.number, column, len(value))
    return text


def check_depth(where: str, number: int, column: str, cell: Any) -> None:
    """InputError where a cell's lists and objects are nested over MAX_DEPTH levels deep."""
    level, waiting = 0, [cell]
    while waiting:
        level += 1
        if level > MAX_DEPTH:
            raise InputError(f"{where}, row {number}, column {column!r}: nested over {MAX_DEPTH} levels deep")
        inner = [one.values() if isinstance(one, dict) else one for one in waiting if isinstance(one, dict | list)]
        waiting = [item for one in inner for item in one if isinstance(item, dict | list)]


def _fault(value: Any) -> str:
    """Why a cell cannot be written down; "" where it can."""
    try:
        as_json(value).encode()
    except UnicodeEncodeError:
        return "an unpaired surrogate, which UTF-8 cannot encode"
    except RecursionError:
        return f"nested over {MAX_DEPTH} levels deep"
    except ValueError:
        return "a number beyond what a ledger holds (over 4,300 digits, or beyond a float)"
    return ""


def cell_too_long(where: str, number: int, column: str, size: int | None = None) -> InputError:
    """The error for a cell over MAX_CELL."""
    much = f"{size:,} characters" if size else "over 1 MB"
    return InputError(f"{where}, row {number}, column {column!r}: {much} in one cell (a broken quote?); at most 1 MB")

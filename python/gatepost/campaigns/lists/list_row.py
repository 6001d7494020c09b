"""One row of a list, and what a cell may hold."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from ...errors import InputError
from .row_json import as_json

MAX_CELL = 1 << 20
"""Characters in one cell; a list with more in one is refused as a whole."""


class ListRow(NamedTuple):
    """One row as read. `number` is the line of the record in a text file, else it counts from 1."""

    number: int
    values: Mapping[str, Any]
    problem: str = ""  # why the row cannot be used, in words


class RecipientList(Protocol):
    """A list that can be gone through once. `columns` is known before the first row."""

    name: str
    columns: list[str]
    sha256: str | None  # of the file, where it is one
    ragged: bool  # rows may bring other columns than the first

    def __iter__(self) -> Iterator[ListRow]: ...


def plain(value: Any) -> Any:
    """A cell as a row of the ledger can hold it: dates, times and Decimals as they are, NaN and NaT as None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else value
    if isinstance(value, datetime.date | datetime.time):
        return None if value != value else value  # NaT
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else value
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray):
        return [plain(v) for v in value]
    if hasattr(value, "item"):  # a NumPy scalar; a time in nanoseconds would come out as a number
        whole = value.astype("datetime64[us]") if getattr(value, "dtype", None) == "datetime64[ns]" else value
        return plain(whole.item())
    text = str(value)
    return None if text in ("<NA>", "NaT") else text


def fields_json(where: str, row: ListRow) -> str:
    """The columns of a row as a JSON object; InputError for text that is no Unicode and for a cell over 1 MB."""
    text = as_json(row.values)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            column = next(column for column, value in row.values.items() if not _is_text(as_json({column: value})))
            raise InputError(
                f"{where}, row {row.number}, column {column!r}: half of a surrogate pair, which is no text"
            ) from None
    if len(text) > MAX_CELL:
        for column, value in row.values.items():
            if isinstance(value, str) and len(value) > MAX_CELL:
                raise cell_too_long(where, row.number, column, len(value))
    return text


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def cell_too_long(where: str, number: int, column: str, size: int | None = None) -> InputError:
    """The error for a cell over MAX_CELL."""
    much = f"{size:,} characters" if size else "over 1 MB"
    return InputError(f"{where}, row {number}, column {column!r}: {much} in one cell (a broken quote?); at most 1 MB")

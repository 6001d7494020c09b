"""Rows of a list, some thousand at a time and by column: what costs little for each row."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Protocol

from ...errors import InputError
from .list_row import MAX_CELL, MAX_DEPTH, ListRow, fields_json, plain
from .row_json import as_json

_ROWS = 5_000
_CELLS = 200_000
_Encoder = Callable[[Any], str]
_text: _Encoder = json.encoder.encode_basestring


def rows_at_a_time(columns: int) -> int:
    """How many rows a chunk of so many columns has."""
    return max(1, min(_ROWS, _CELLS // max(1, columns)))


class Chunk(Protocol):
    """Some rows. `problems`: why rows cannot be used, by index."""

    numbers: Sequence[int]
    problems: Mapping[int, str]

    def column(self, name: str) -> Sequence[Any]:
        """The cells of a column; None where a row has none."""

    def values(self, index: int) -> dict[str, Any]:
        """One row."""

    def fields(self, where: str) -> list[str]:
        """Each row as a JSON object. InputError names row and column of what no ledger can hold."""


class Columns:
    """Rows that all have the same columns. Cells are text, or what `plain_columns` made of them."""

    def __init__(
        self, names: Sequence[str], numbers: Sequence[int], cells: Sequence[Sequence[Any]],
        problems: Mapping[int, str] | None = None, *, is_text: bool = False,
    ) -> None:  # fmt: skip
        """`is_text`: all cells are text of a file, in UTF-8 and no longer than allowed."""
        self.numbers = numbers
        self.problems = problems or {}
        self._names, self._cells, self._is_text = names, cells, is_text

    def column(self, name: str) -> Sequence[Any]:
        """The cells of a column."""
        return self._cells[self._names.index(name)]

    def values(self, index: int) -> dict[str, Any]:
        """One row."""
        return {name: column[index] for name, column in zip(self._names, self._cells, strict=True)}

    def fields(self, where: str) -> list[str]:
        """Each row as a JSON object."""
        try:
            texts = self._joined()
            if self._is_text or ("".join(texts).encode() and max(map(len, texts)) <= MAX_CELL):
                return texts
        except (ValueError, RecursionError):
            pass  # the row that cannot be written down is found one by one
        return [fields_json(where, row) for row in rows_of_chunk(self)]

    def _joined(self) -> list[str]:
        pieces: list[Any] = []
        before = "{"
        for name, column in zip(self._names, self._cells, strict=True):
            pieces += [repeat(f"{before}{_text(name)}:"), map(_text if self._is_text else _encoder(column), column)]
            before = ","
        return list(map("".join, zip(*pieces, repeat("}"), strict=False))) if self.numbers else []


class Mappings:
    """Rows that may differ in their columns."""

    def __init__(self, rows: Sequence[ListRow]) -> None:
        self.numbers: Sequence[int] = [row.number for row in rows]
        self.problems: Mapping[int, str] = {}
        self._rows = rows

    def column(self, name: str) -> Sequence[Any]:
        """The cells of a column; None where a row has none."""
        return [row.values.get(name) for row in self._rows]

    def values(self, index: int) -> dict[str, Any]:
        """One row."""
        return dict(self._rows[index].values)

    def fields(self, where: str) -> list[str]:
        """Each row as a JSON object."""
        return [fields_json(where, row) for row in self._rows]


def rows_of_chunk(chunk: Chunk) -> Iterator[ListRow]:
    """The rows one by one."""
    for index, number in enumerate(chunk.numbers):
        yield ListRow(number, chunk.values(index), chunk.problems.get(index, ""))


def plain_columns(
    where: str, names: Sequence[str], numbers: Sequence[int], cells: Sequence[Sequence[Any]]
) -> list[Sequence[Any]]:
    """Columns as rows of the ledger can hold them. InputError names row and column of what is nested too deeply."""
    return [
        column if _is_plain(column) else _plain_column(where, name, numbers, column)
        for name, column in zip(names, cells, strict=True)
    ]


def _is_plain(column: Sequence[Any]) -> bool:
    kinds = set(map(type, column))
    return kinds <= _PLAIN or (kinds == {float} and all(map(math.isfinite, column)))


def _plain_column(where: str, name: str, numbers: Sequence[int], column: Sequence[Any]) -> list[Any]:
    made = []
    for number, cell in zip(numbers, column, strict=True):
        try:
            made.append(plain(cell))
        except RecursionError:
            raise InputError(f"{where}, row {number}, column {name!r}: nested over {MAX_DEPTH} levels deep") from None
    return made


_PLAIN = {str, int, bool, type(None)}
_ENCODERS: dict[type, _Encoder] = {str: _text, int: int.__repr__, float: float.__repr__}


def _encoder(column: Sequence[Any]) -> _Encoder:
    """How the cells of a column become JSON."""
    kinds = set(map(type, column))
    return _ENCODERS.get(kinds.pop(), as_json) if len(kinds) == 1 else as_json

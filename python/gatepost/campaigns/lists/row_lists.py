"""Lists that are not CSV: JSON lines, Parquet, DataFrames, iterables of mappings."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ...errors import InputError
from ...files import regular
from .encodings import encoding_error, file_sha256
from .list_row import MAX_CELL, MAX_DEPTH, ListRow, RecipientList, cell_too_long, check_depth, plain

_SLICE = 10_000
_MAX_LINE = 4 * MAX_CELL


class JsonLines:
    """One JSON object on each line."""

    ragged = True

    def __init__(self, path: Path, encoding: str) -> None:
        self.name = str(path)
        self.sha256: str | None = file_sha256(path)
        self._path = path
        self._encoding = encoding
        first = next(iter(self), None)
        if first is None:
            raise InputError(f"{self.name}: the file is empty: each line must be a JSON object")
        self.columns = list(first.values)

    def __iter__(self) -> Iterator[ListRow]:
        """The objects with their line numbers."""
        try:
            file = open(self._path, encoding=self._encoding, opener=regular)  # noqa: SIM115 - closed by the `with` below
        except LookupError:
            raise InputError(f"{self.name}: Python knows no encoding {self._encoding!r}") from None
        with file:
            number = 0
            while True:
                try:
                    line = file.readline(_MAX_LINE)
                except UnicodeDecodeError:
                    raise encoding_error(self._path, self._encoding) from None
                if not line:
                    return
                number += 1
                if len(line) >= _MAX_LINE:
                    raise InputError(f"{self.name}, row {number}: a line of over 4 MB")
                if line.strip():
                    yield ListRow(number, self._object(number, line))

    def _object(self, number: int, line: str) -> dict[str, Any]:
        try:
            value = json.loads(line, parse_constant=lambda _: None)  # NaN and Infinity, which no JSON has
        except json.JSONDecodeError as error:
            raise InputError(f"{self.name}, row {number}, character {error.colno}: not JSON ({error.msg})") from None
        except RecursionError:
            raise InputError(f"{self.name}, row {number}: nested over {MAX_DEPTH} levels deep") from None
        except ValueError:  # Python takes no integer of more digits than this
            raise InputError(f"{self.name}, row {number}: a number of over 4,300 digits") from None
        if not isinstance(value, dict):
            raise InputError(f"{self.name}, row {number} takes a JSON object, not {type(value).__name__}")
        for column, cell in value.items():
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                raise cell_too_long(self.name, number, column, len(cell))
            if isinstance(cell, dict | list):
                check_depth(self.name, number, column, cell)
        return value


class ParquetFile:
    """Rows of a Parquet file, read a slice at a time."""

    ragged = False

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.sha256: str | None = file_sha256(path)
        try:
            self._scan = pl.scan_parquet(path)
            self.columns = self._scan.collect_schema().names()
        except Exception as error:
            raise InputError(f"{self.name}: not a Parquet file ({error})") from None

    def __iter__(self) -> Iterator[ListRow]:
        """The rows, counted from 1."""
        for start in itertools.count(0, _SLICE):
            rows = self._scan.slice(start, _SLICE).collect().to_dicts()
            yield from _numbered(rows, start + 1)
            if len(rows) < _SLICE:
                return


class Rows:
    """Any stream of mappings. The columns are those of the first; a row may bring others."""

    sha256: str | None = None

    def __init__(self, name: str, columns: list[str], rows: Iterable[Mapping[str, Any]], ragged: bool = False) -> None:
        self.name = name
        self.ragged = ragged
        self.columns = columns
        self._rows = rows

    def __iter__(self) -> Iterator[ListRow]:
        """The rows, counted from 1."""
        return _numbered(self._rows, 1)


def rows_of(source: Any, address_column: str) -> RecipientList:
    """A DataFrame, an iterable of mappings, or an iterable of addresses. InputError for anything else."""
    name = type(source).__name__
    if isinstance(source, pl.LazyFrame):
        source = source.collect()
    if not isinstance(source, pl.DataFrame) and not _is_pandas(source):
        if hasattr(source, "to_pylist") and hasattr(source, "column_names"):  # a pyarrow Table
            batches = source.to_batches(max_chunksize=_SLICE)
            return Rows(name, list(source.column_names), (row for batch in batches for row in batch.to_pylist()))
        if hasattr(source, "__arrow_c_stream__"):
            source = pl.DataFrame(source)
        elif hasattr(source, "__dataframe__"):
            source = pl.from_dataframe(source)
    if isinstance(source, pl.DataFrame):
        slices = source.iter_slices(_SLICE)
        return Rows(name, source.columns, (row for part in slices for row in part.iter_rows(named=True)))
    if _is_pandas(source):
        return Rows(name, [str(c) for c in source.columns], _pandas_rows(source))
    if isinstance(source, Mapping | bytes) or not isinstance(source, Iterable):
        raise InputError(f"recipients takes a path, a DataFrame or an iterable of mappings, not {name}")
    return _mappings(source, name, address_column)


def _is_pandas(source: Any) -> bool:
    return hasattr(source, "iloc") and hasattr(source, "columns")


def _pandas_rows(frame: Any) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(frame), _SLICE):
        part = frame.iloc[start : start + _SLICE]
        for row in part.to_dict("records"):
            yield {str(k): v for k, v in row.items()}


def _mappings(source: Iterable[Any], name: str, address_column: str) -> RecipientList:
    rows = iter(source)
    first = next(rows, None)
    if first is None:
        raise InputError(f"recipients: the {name} is empty")
    together = itertools.chain([first], rows)
    if isinstance(first, str):
        return Rows(name, [address_column], ({address_column: text} for text in together))
    if not isinstance(first, Mapping):
        raise InputError(f"recipients takes a {name} of mappings or of addresses, not of {type(first).__name__}")
    return Rows(name, [str(key) for key in first], together, ragged=True)


def _numbered(rows: Iterable[Mapping[str, Any]], start: int) -> Iterator[ListRow]:
    for number, row in enumerate(rows, start):
        if not isinstance(row, Mapping):
            raise InputError(f"recipients, row {number} takes a mapping, not {type(row).__name__}")
        values = {}
        for key, value in row.items():
            try:
                values[str(key)] = plain(value)
            except RecursionError:
                raise InputError(
                    f"recipients, row {number}, column {str(key)!r}: nested over {MAX_DEPTH} levels deep"
                ) from None
        yield ListRow(number, values)

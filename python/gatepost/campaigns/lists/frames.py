"""Lists that come as tables or objects: Parquet, DataFrames, iterables of mappings."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ...errors import InputError
from .chunk import Chunk, Columns, Mappings, plain_columns, rows_at_a_time, rows_of_chunk
from .encodings import file_sha256
from .header import address_column, cleaned
from .list_row import MAX_DEPTH, ListRow, plain

Parts = Callable[[int], Iterable[Sequence[Sequence[Any]]]]
"""A table in parts of at most so many rows, each as the cells of its columns."""


class Table:
    """A table with named columns."""

    ragged = False

    def __init__(
        self, name: str, columns: Sequence[str], parts: Parts, facts: dict[str, Any], wanted: str | None,
        sha256: str | None = None,
    ) -> None:  # fmt: skip
        self.name, self.facts, self.sha256 = name, facts, sha256
        names = [cleaned(column) for column in columns]
        self.columns = names if len(set(names)) == len(names) else list(columns)
        self.address_column = address_column(name, self.columns, wanted)
        self._parts = parts

    def __iter__(self) -> Iterator[ListRow]:
        """The rows, counted from 1."""
        for chunk in self.chunks():
            yield from rows_of_chunk(chunk)

    def chunks(self) -> Iterator[Chunk]:
        """The same, many at a time."""
        start = 1
        for part in self._parts(rows_at_a_time(len(self.columns))):
            numbers = range(start, start + len(part[0]))
            start = numbers.stop
            yield Columns(self.columns, numbers, plain_columns(self.name, self.columns, numbers, part))


class Rows:
    """Any stream of mappings. The columns are those of the first; a row may bring others."""

    ragged = True
    sha256: str | None = None

    def __init__(
        self,
        name: str,
        columns: list[str],
        rows: Iterable[Mapping[str, Any]],
        facts: dict[str, Any],
        wanted: str | None,
    ) -> None:
        self.name, self.columns, self.facts = name, columns, facts
        self.address_column = address_column(name, columns, wanted)
        self._rows = rows

    def __iter__(self) -> Iterator[ListRow]:
        """The rows, counted from 1."""
        for number, row in enumerate(self._rows, 1):
            yield ListRow(number, _plain_row(number, row))

    def chunks(self) -> Iterator[Chunk]:
        """The same, many at a time."""
        rows = iter(self)
        while some := list(itertools.islice(rows, rows_at_a_time(len(self.columns)))):
            yield Mappings(some)


def parquet(path: Path, wanted: str | None) -> Table:
    """A Parquet file. InputError where it is none."""
    name = str(path)
    try:
        scan = pl.scan_parquet(path)
        columns = scan.collect_schema().names()
    except Exception as error:
        raise InputError(f"{name}: not a Parquet file ({error})") from None

    def slices(rows: int) -> Iterator[pl.DataFrame]:
        for start in itertools.count(0, rows):
            part = scan.slice(start, rows).collect()
            yield part
            if part.height < rows:
                return

    return Table(name, columns, _polars_parts(slices), {"format": "Parquet"}, wanted, file_sha256(path))


def rows_of(source: Any, wanted: str | None) -> Table | Rows:
    """A DataFrame, an iterable of mappings, or an iterable of addresses. InputError for anything else."""
    name = type(source).__name__
    facts = {"format": f"{type(source).__module__.partition('.')[0]}.{name}".removeprefix("builtins.")}
    if isinstance(source, pl.LazyFrame):
        source = source.collect()
    if hasattr(source, "iloc") and hasattr(source, "columns"):
        return Table(name, [str(column) for column in source.columns], _pandas_parts(source), facts, wanted)
    if not isinstance(source, pl.DataFrame):
        if hasattr(source, "__arrow_c_stream__"):
            source = pl.DataFrame(source)
        elif hasattr(source, "__dataframe__"):
            source = pl.from_dataframe(source)
    if isinstance(source, pl.DataFrame):
        return Table(name, source.columns, _polars_parts(source.iter_slices), facts, wanted)
    if isinstance(source, Mapping | bytes) or not isinstance(source, Iterable):
        raise InputError(f"recipients takes a path, a DataFrame or an iterable of mappings, not {name}")
    return _mappings(source, name, facts, wanted)


def _polars_parts(slices: Callable[[int], Iterable[pl.DataFrame]]) -> Parts:
    def parts(rows: int) -> Iterator[list[list[Any]]]:
        return ([column.to_list() for column in part.get_columns()] for part in slices(rows) if part.height)

    return parts


def _pandas_parts(frame: Any) -> Parts:
    def parts(rows: int) -> Iterator[list[list[Any]]]:
        width = len(frame.columns)
        for start in range(0, len(frame), rows):
            yield [frame.iloc[start : start + rows, index].tolist() for index in range(width)]

    return parts


def _mappings(source: Iterable[Any], name: str, facts: dict[str, Any], wanted: str | None) -> Rows:
    rows = iter(source)
    first = next(rows, None)
    if first is None:
        raise InputError(f"recipients: the {name} is empty")
    together = itertools.chain([first], rows)
    if isinstance(first, str):
        column = wanted or "email"
        return Rows(name, [column], ({column: text} for text in together), facts, wanted)
    if not isinstance(first, Mapping):
        raise InputError(f"recipients takes a {name} of mappings or of addresses, not of {type(first).__name__}")
    return Rows(name, [str(key) for key in first], together, facts, wanted)


def _plain_row(number: int, row: object) -> dict[str, Any]:
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
    return values

"""A CSV file as a list of recipients, read as a stream."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path

from ...errors import InputError
from ...files import regular
from .encodings import encoding_error, file_sha256
from .list_row import MAX_CELL, ListRow, cell_too_long
from .near import listed

_MAX_LINE = 4 * MAX_CELL
_DELIMITERS = ",;\t|"


class CsvFile:
    """Rows of a CSV file; the delimiter is the one of , ; tab | that the header has most of."""

    ragged = False

    def __init__(self, path: Path, encoding: str | None) -> None:
        self.name = str(path)
        self.sha256: str | None = file_sha256(path)
        self._path = path
        self._encoding = encoding or "utf-8-sig"
        if csv.field_size_limit() < MAX_CELL:
            csv.field_size_limit(MAX_CELL)
        self._delimiter = ","
        self.columns = self._read_header()

    def __iter__(self) -> Iterator[ListRow]:
        """The records, each with the number of its first line."""
        width = len(self.columns)
        with self._open() as file:
            lines = _Lines(self, file)
            reader = csv.reader(lines, delimiter=self._delimiter)
            next(self._records(reader, lines), None)  # the header
            for number, cells in self._records(reader, lines):
                if len(cells) == width:
                    yield ListRow(number, dict(zip(self.columns, cells, strict=True)))
                    continue
                extra = cells[width:]
                problem = (
                    ""
                    if len(cells) > width and not any(extra)
                    else (f"{len(cells)} cells where the header has {width}")
                )
                values = dict(itertools.zip_longest(self.columns, cells[:width], fillvalue=""))
                yield ListRow(number, values, problem)

    def _records(self, reader: Iterator[list[str]], lines: _Lines) -> Iterator[tuple[int, list[str]]]:
        while True:
            number = lines.count + 1
            lines.record.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeDecodeError:
                raise encoding_error(self._path, self._encoding) from None
            except csv.Error as error:
                if "field larger" in str(error):
                    raise self._too_long(number, "".join(lines.record)) from None
                raise InputError(f"{self.name}, row {number}: {error}") from None
            if lines.size > MAX_CELL and any(len(cell) > MAX_CELL for cell in cells):
                raise self._too_long(number, "".join(lines.record))
            lines.size = 0
            if cells:
                yield number, cells

    def _read_header(self) -> list[str]:
        with self._open() as file:
            try:
                first = file.readline(_MAX_LINE)
            except UnicodeDecodeError:
                raise encoding_error(self._path, self._encoding) from None
        outside = "".join(first.split('"')[::2])  # what stands between quotes is not a delimiter
        self._delimiter = max(_DELIMITERS, key=outside.count)
        self.columns = ["first column"]
        with self._open() as file:
            lines = _Lines(self, file)
            records = self._records(csv.reader(lines, delimiter=self._delimiter), lines)
            number, cells = next(records, (0, []))
        columns = [cell.strip() for cell in cells]
        if not any(columns):
            raise InputError(f"{self.name}: the file is empty: the first row must name the columns")
        seen: set[str] = set()
        for index, column in enumerate(columns):
            if not column:
                columns[index] = f"column {index + 1}"
            elif column in seen:
                raise InputError(f"{self.name}, row {number}: two columns are named {column!r} ({listed(columns)})")
            seen.add(columns[index])
        return columns

    def _open(self) -> io.TextIOWrapper:
        try:
            return open(self._path, encoding=self._encoding, newline="", opener=regular)
        except LookupError:
            raise InputError(f"{self.name}: Python knows no encoding {self._encoding!r}") from None

    def _too_long(self, number: int, record: str) -> InputError:
        """Finds the column by reading the broken record once more with no limit (the record itself is bounded)."""
        limit = csv.field_size_limit(len(record) + 1)
        try:
            cells = next(csv.reader(io.StringIO(record, newline=""), delimiter=self._delimiter), [])
        finally:
            csv.field_size_limit(limit)
        index = max(range(len(cells)), key=lambda i: len(cells[i]), default=0)
        if cells and len(cells[index]) <= MAX_CELL:
            return InputError(f"{self.name}, row {number}: a row of over 4 MB")
        column = self.columns[index] if index < len(self.columns) else f"number {index + 1}"
        return cell_too_long(self.name, number, column)


class _Lines:
    """Lines for csv.reader; counts them, and keeps those of the record being read."""

    def __init__(self, owner: CsvFile, file: io.TextIOWrapper) -> None:
        self.count = 0
        self.size = 0
        self.record: list[str] = []
        self._owner = owner
        self._file = file

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_MAX_LINE)
        if not line:
            raise StopIteration
        if len(line) >= _MAX_LINE:
            raise self._owner._too_long(self.count + 1, "".join(self.record) + line)
        self.count += 1
        self.size += len(line)
        self.record.append(line)
        return line

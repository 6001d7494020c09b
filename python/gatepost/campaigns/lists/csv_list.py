"""A CSV file as a list of recipients, read as a stream."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count, repeat
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files import regular
from .chunk import Chunk, Columns, rows_at_a_time, rows_of_chunk
from .dialect import Dialect, find_delimiter, separator_line
from .encodings import encoding_error, file_sha256, named, recognise
from .header import (
    LOOKED_AT,
    address_column,
    address_columns,
    cleaned,
    column_names,
    is_address,
    numbered_columns,
    without_header,
)
from .list_row import MAX_CELL, ListRow, cell_too_long
from .records import MAX_LINE, Lines, Record, TooLong, records

_SAMPLE = 1 << 16
_SINGLE = re.compile(r"'[^']*'(?:[^'\w]'[^']*')*[\r\n]*")  # a header in single quotes


class CsvFile:
    """Rows of a CSV file in whatever charset, with whatever delimiter, below whatever titles."""

    ragged = False

    def __init__(
        self, path: Path, *, wanted: str | None = None, encoding: str | None = None, delimiter: str | None = None,
        quote: str | None = None, escape: str | None = None, header_row: int | None = None,
    ) -> None:  # fmt: skip
        """`header_row`: the line that names the columns; 0: none does. None of the options: found."""
        self.name = str(path)
        self.sha256: str | None = file_sha256(path)
        self._path = path
        self._encoding = encoding or recognise(path)
        csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
        self.columns = ["first column"]
        self._skipped = 0  # lines before what the records begin with
        self._dialect = self._find_dialect(Dialect(delimiter or "", quote, escape), wanted)
        self._header, self.above = self._find_header(header_row, wanted)
        self.address_column = address_column(self.name, self.columns, wanted)

    @property
    def facts(self) -> dict[str, Any]:
        """What was recognised."""
        return {
            "format": "CSV",
            "encoding": named(self._encoding),
            "delimiter": self._dialect.words,
            "header_row": self._header,
            "rows_above_header": self.above,
        }

    def __iter__(self) -> Iterator[ListRow]:
        """The records, each with the number of its first line."""
        for chunk in self.chunks():
            yield from rows_of_chunk(chunk)

    def chunks(self) -> Iterator[Chunk]:
        """The same, many at a time."""
        size = rows_at_a_time(len(self.columns))
        marks = [mark for mark in (self._dialect.quote_or_default, self._dialect.escape) if mark]
        with self._told(), self._open() as file:
            lines = Lines(self.name, file)
            reader = self._records_of(lines)
            if self._header:
                next(record for record in reader if record.number >= self._header)
            waiting: list[Record] = []
            while True:
                block = lines.plain(marks)
                if block is not None and (table := self._table(block[1])):
                    if waiting:
                        yield self._chunk(waiting)
                    waiting = []
                    for at in range(0, len(table), size):
                        part = table[at : at + size]
                        numbers = range(block[0] + at, block[0] + at + len(part))
                        yield Columns(self.columns, numbers, list(zip(*part, strict=True)), is_text=True)
                elif block is not None:
                    waiting += self._cut(*block)
                elif (record := next(reader, None)) is not None:
                    waiting.append(record)
                else:
                    break
                while len(waiting) >= size:
                    yield self._chunk(waiting[:size])
                    del waiting[:size]
            if waiting:
                yield self._chunk(waiting)

    def _table(self, lines: Iterable[str]) -> list[list[str]]:
        """The cells of lines that are a row of the list each; [] where any is not."""
        texts = [line.rstrip("\r\n") for line in lines]
        table = list(map(str.split, texts, repeat(self._dialect.delimiter)))
        return table if all(texts) and set(map(len, table)) == {len(self.columns)} else []

    def _cut(self, first: int, lines: Iterable[str]) -> list[Record]:
        """The records of lines that are one each."""
        delimiter = self._dialect.delimiter
        texts = [line.rstrip("\r\n") for line in lines]
        cut = map(str.split, texts, repeat(delimiter))
        return [Record(number, cells) for number, text, cells in zip(count(first), texts, cut, strict=False) if text]

    def _chunk(self, some: Sequence[Record]) -> Chunk:
        width = len(self.columns)
        index = self.columns.index(self.address_column)
        problems: dict[int, str] = {}
        rows = []
        for at, record in enumerate(some):
            cells = record.cells
            if record.problem or len(cells) != width or record.lines > 1:
                cells = self._unusual(record, width, index, at, problems)
            rows.append(cells)
        columns = list(zip(*rows, strict=True))
        return Columns(self.columns, [one.number for one in some], columns, problems, is_text=True)

    def _unusual(self, record: Record, width: int, index: int, at: int, problems: dict[int, str]) -> list[str]:
        """A record of another width, with a problem, or over several lines; cut or filled up to the width."""
        cells = record.cells
        if record.lines > 1:
            self._check_swallowed(record, index)
        if record.problem:
            problems[at] = record.problem
        elif len(cells) < width or any(cells[width:]):
            problems[at] = f"{len(cells)} cells where the header has {width}"
            if any(cell.endswith("\\") for cell in cells[:-1]) and not self._dialect.escape:
                problems[at] += "; escape='\\\\' joins what a backslash stands between"
        return [*cells[:width], *([""] * (width - len(cells)))]

    def _check_swallowed(self, record: Record, index: int) -> None:
        """InputError where a cell over several lines holds what look like rows of their own."""
        for column, cell in enumerate(record.cells):
            lines = cell.splitlines()
            if len(lines) < 2:
                continue
            # The first line continues cells before it, the last may go on in cells behind it.
            first = [*record.cells[:column], *lines[0].split(self._dialect.delimiter)]
            rows = [first, *(line.split(self._dialect.delimiter) for line in lines[1:])]
            quotes = '"' + self._dialect.quote_or_default
            hits = [row for row in rows if index < len(row) and is_address(row[index].strip(quotes))]
            whole = [row for row in hits if len(row) >= len(self.columns) or (row is rows[-1] and len(row) > 1)]
            beyond = [row for row in whole if row is not first]
            if beyond and len(self.columns) > 1 and (first in hits or len(beyond) > 1):
                named = f", column {self.columns[column]!r}" if column < len(self.columns) else ""
                last = record.number + record.lines - 1
                raise InputError(
                    f"{self.name}, row {record.number}{named}: a cell in quotation marks goes on to row {last} and "
                    "holds what look like rows of their own; take the stray quotation mark away. A cell that is meant "
                    "so can come in .xlsx or .jsonl"
                )

    def _records(self) -> Iterator[Record]:
        with self._told(), self._open() as file:
            yield from self._records_of(Lines(self.name, file))

    def _records_of(self, lines: Lines) -> Iterator[Record]:
        for _ in range(self._skipped):
            next(lines, None)
        return records(self.name, lines, self._dialect)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What is beyond the bounds, or not in the charset, in words."""
        try:
            yield
        except UnicodeDecodeError:
            raise encoding_error(self._path, self._encoding) from None
        except UnicodeError as error:
            raise InputError(f"{self.name}: not {named(self._encoding)} text ({error})") from None
        except TooLong as error:
            raise self._too_long(error) from None

    def _find_dialect(self, given: Dialect, wanted: str | None) -> Dialect:
        with self._told(), self._open() as file:
            first = file.readline(MAX_LINE)
            rest = file.read(_SAMPLE)
        if (told := separator_line(first)) is not None:
            self._skipped = 1
            return given if given.delimiter else replace(given, delimiter=told)
        if given.quote is None and given.escape is None and '"' not in first + rest and _SINGLE.fullmatch(first):
            given = replace(given, quote="'")
        if given.delimiter:
            return given
        lines = io.StringIO(first + rest, newline="").readlines()
        if len(rest) == _SAMPLE and len(lines) > 1:
            lines.pop()  # cut in the middle
        return replace(given, delimiter=find_delimiter(self.name, lines, wanted, given.quote_or_default))

    def _find_header(self, header_row: int | None, wanted: str | None) -> tuple[int, list[int]]:
        """The line of the header, 0 where there is none, and those of the rows above it."""
        first: list[Record] = []
        if header_row is None:
            for record in itertools.islice(self._records(), LOOKED_AT):
                first.append(record)
                if address_columns(map(cleaned, record.cells), wanted):
                    return self._named_by(record, first)
        elif header_row:
            for record in self._records():
                first.append(record)
                if record.number >= header_row:
                    break
            if not first or first[-1].number != header_row:
                raise InputError(f"{self.name}: header_row={header_row}: no row begins there")
            return self._named_by(first[-1], first)
        else:
            first = list(itertools.islice(self._records(), LOOKED_AT))
        filled = next((record for record in first if any(record.cells)), None)
        if filled is None:
            raise InputError(f"{self.name}: the file is empty: the first row must name the columns")
        if header_row == 0:
            self.columns = numbered_columns([record.cells for record in first], wanted)
            return 0, []
        if (alone := without_header(self.name, filled.number, filled.cells, wanted)) is not None:
            self.columns = alone
            return 0, []
        return self._named_by(filled, first)

    def _named_by(self, header: Record, read: list[Record]) -> tuple[int, list[int]]:
        if header.problem:
            raise InputError(f"{self.name}, row {header.number}: {header.problem}")
        self.columns = column_names(self.name, header.number, header.cells)
        return header.number, [record.number for record in read[:LOOKED_AT] if record.number < header.number]

    def _open(self) -> io.TextIOWrapper:
        return open(self._path, encoding=self._encoding, newline="", opener=regular)

    def _too_long(self, error: TooLong) -> InputError:
        cell = error.cell
        if cell is None:
            cells = error.text.split(self._dialect.delimiter)
            cell = max(range(len(cells)), key=lambda index: len(cells[index]))
            if len(cells[cell]) <= MAX_CELL:
                return InputError(f"{self.name}, row {error.number}: a row of over 4 MB")
        return cell_too_long(self.name, error.number, self._column(cell))

    def _column(self, index: int) -> str:
        return self.columns[index] if index < len(self.columns) else f"number {index + 1}"

"""The records of a text file, read strictly: a quote that is not where it belongs never takes a row with it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple, TextIO

from ...errors import InputError
from .dialect import Dialect
from .list_row import MAX_CELL

MAX_LINE = 4 * MAX_CELL
"""Characters in one record."""


_BLOCK = 1 << 18


class Record(NamedTuple):
    """`number` is its first line. `problem`: why it cannot be used. `lines`: how many it takes."""

    number: int
    cells: list[str]
    problem: str = ""
    lines: int = 1


class Lines:
    """Lines with their number; none is longer than MAX_LINE. Those of a block of text are there at once."""

    def __init__(self, name: str, file: TextIO) -> None:
        self.number = 0
        self._name, self._file = name, file
        self._text = self._rest = ""
        self._lines: list[str] = []
        self._at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._at == len(self._lines) and not self._read():
            raise StopIteration
        line = self._lines[self._at]
        self._at += 1
        self.number += 1
        if len(line) >= MAX_LINE:
            raise TooLong(self.number, text=line)
        if "\0" in line:
            raise InputError(f"{self._name}, row {self.number}: a NUL character; is it a text file?")
        return line

    def plain(self, marks: Collection[str]) -> tuple[int, list[str]] | None:
        """The next block where nothing is out of the ordinary: the number of its first line, and the lines. None: the
        lines have to be looked at one by one. `marks`: what must not be in it."""
        if self._at == len(self._lines) and not self._read():
            return None
        if self._at or "\0" in self._text or any(mark in self._text for mark in marks):
            return None
        if max(map(len, self._lines)) > MAX_CELL:
            return None
        first = self.number + 1
        self._at = len(self._lines)
        self.number += self._at
        return first, self._lines

    def _read(self) -> bool:
        """The next whole lines. False at the end."""
        text = self._rest
        while piece := self._file.read(_BLOCK):
            text += piece
            lines = io.StringIO(text, newline="").readlines()
            rest = "" if text.endswith("\n") else lines.pop()  # a line may go on, and LF follow CR
            if lines:
                break
            if len(rest) >= MAX_LINE:
                raise TooLong(self.number + 1, text=rest)
        else:
            lines, rest = io.StringIO(text, newline="").readlines(), ""
        self._text, self._rest, self._lines, self._at = text, rest, lines, 0
        return bool(lines)


class TooLong(Exception):
    """A record, or a cell of it, beyond the bounds: its first row; which cell, or how the record begins."""

    def __init__(self, number: int, cell: int | None = None, text: str = "") -> None:
        self.number, self.cell, self.text = number, cell, text


def records(name: str, lines: Lines, dialect: Dialect) -> Iterator[Record]:
    """The records that are not empty. InputError names the row of a quote that does not belong where it is."""
    quote, escape, delimiter = dialect.quote_or_default, dialect.escape, dialect.delimiter
    if escape:
        yield from _escaped(name, lines, dialect, escape)
        return
    whole = _whole_line(delimiter, quote) if quote else None
    for line in lines:
        if len(line) > MAX_CELL:
            _check_cells(lines.number, line.split(delimiter))
        if not quote or quote not in line:
            text = line.rstrip("\r\n")
            if not text:
                continue
            yield Record(lines.number, text.split(delimiter))
        elif whole is not None and whole.fullmatch(line):
            [cells] = csv.reader((line,), delimiter=delimiter, quotechar=quote, strict=True)
            yield Record(lines.number, cells)
        else:
            yield _Careful(name, lines, delimiter, quote).record(line)


def _whole_line(delimiter: str, quote: str) -> re.Pattern[str]:
    """A line that is a record by itself: each cell in quotes, or without any. Linear: no two parts match the same."""
    mark, end = re.escape(quote), re.escape(delimiter)
    cell = rf"(?:{mark}[^{mark}]*(?:{mark}{mark}[^{mark}]*)*{mark}|[^{mark}{end}\r\n]*)"
    return re.compile(rf"{cell}(?:{end}{cell})*[\r\n]*")


def _check_cells(number: int, cells: list[str]) -> None:
    longest = max(range(len(cells)), key=lambda index: len(cells[index]))
    if len(cells[longest]) > MAX_CELL:
        raise TooLong(number, longest)


class _Careful:
    """A record with quotes out of the ordinary: cells over several lines, quotes within cells, spaces before quotes."""

    def __init__(self, name: str, lines: Lines, delimiter: str, quote: str) -> None:
        self._name, self._lines, self._delimiter, self._quote = name, lines, delimiter, quote

    def record(self, line: str) -> Record:
        first = self._lines.number
        cells: list[str] = []
        problem = ""
        at = 0
        while True:
            start = at
            while line[start : start + 1] == " ":
                start += 1
            if line.startswith(self._quote, start):
                cell, line, at = self._quoted(line, start + 1, len(cells) + 1)
            else:
                end = line.find(self._delimiter, at)
                end = len(line.rstrip("\r\n")) if end < 0 else end
                cell, at = line[at:end], end
                if cell.count(self._quote) % 2:
                    problem = problem or f"cell {len(cells) + 1} has a quotation mark that is not closed: {cell[:60]!r}"
            cells.append(cell)
            if not line.startswith(self._delimiter, at):
                return Record(first, cells, problem, self._lines.number - first + 1)
            at += len(self._delimiter)

    def _quoted(self, line: str, at: int, cell: int) -> tuple[str, str, int]:
        """(the cell, the line on which it ends, what comes behind it)."""
        opened = self._lines.number
        pieces: list[str] = []
        size = 0
        while True:
            end = line.find(self._quote, at)
            pieces.append(line[at:] if end < 0 else line[at:end])
            size += len(pieces[-1]) + 1
            if size > MAX_CELL:
                raise TooLong(opened, cell - 1)
            if end < 0:
                following = next(self._lines, None)
                if following is None:
                    raise self._error(opened, cell, "a quotation mark is opened and never closed")
                line, at = following, 0
            elif line.startswith(self._quote, end + 1):
                pieces.append(self._quote)
                at = end + 2
            else:
                at = end + 1
                while line[at : at + 1] == " ":
                    at += 1
                if line[at:].strip("\r\n") and not line.startswith(self._delimiter, at):
                    where = f" in row {self._lines.number}" if self._lines.number > opened else ""
                    what = f"text behind a closing quotation mark{where} ({line[at : at + 30].rstrip()!r})"
                    if line[end - 1 : end] == "\\":
                        what += "; pass escape='\\\\' where a backslash takes the meaning from a quotation mark"
                    raise self._error(opened, cell, what)
                return "".join(pieces), line, at

    def _error(self, row: int, cell: int, what: str) -> InputError:
        return InputError(
            f"{self._name}, row {row}, cell {cell}: {what}; double a quotation mark that belongs to the text, and take "
            "a stray one away"
        )


def _escaped(name: str, lines: Lines, dialect: Dialect, escape: str) -> Iterator[Record]:
    quote = dialect.quote_or_default
    reader = csv.reader(
        lines, delimiter=dialect.delimiter, quotechar=quote or None, escapechar=escape, strict=True,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )  # fmt: skip
    while True:
        first = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise TooLong(first) from None
            raise InputError(f"{name}, row {first}: {error}") from None
        if cells:
            yield Record(first, cells, "", lines.number - first + 1)

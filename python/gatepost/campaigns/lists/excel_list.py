"""An Excel workbook (.xlsx) as a list of recipients: one of its sheets."""

from __future__ import annotations

import datetime
import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ...errors import InputError
from .chunk import Chunk, Columns, plain_columns, rows_at_a_time, rows_of_chunk
from .encodings import file_sha256
from .header import LOOKED_AT, address_column, column_names, header_index, numbered_columns, without_header
from .list_row import MAX_CELL, ListRow, cell_too_long
from .near import listed, nearest

_MAX_BYTES = 1 << 30  # unpacked
_MAX_CELLS = 20_000_000  # of the rectangle that holds them all: empty ones take memory too
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)"')
_WIDE = re.compile(rb'\br="([A-Z]{2,3})\d')


class ExcelFile:
    """Rows of a sheet, numbered as Excel does. Dates are dates, whole numbers are ints, empty cells None."""

    ragged = False

    def __init__(
        self, path: Path, *, wanted: str | None = None, sheet: str | int | None = None, header_row: int | None = None
    ) -> None:
        """`sheet`: a name, or a number counted from 1. None: the only one that is visible and not empty, or
        that has a column of addresses."""
        self.name = str(path)
        self.sha256: str | None = file_sha256(path)
        _check_size(path)
        self._sheet, rows = _chosen(path, sheet, wanted)
        first = [_trimmed(row) for row in rows[:LOOKED_AT]]
        filled = next((at for at, row in enumerate(first) if row), None)
        if filled is None:
            raise InputError(f"{self.name}: sheet {self._sheet!r} is empty: the first row must name the columns")
        self._above = 0
        if header_row == 0:
            columns, index = numbered_columns(first, wanted), -1
        elif header_row is not None:
            if not 1 <= header_row <= len(rows):
                raise InputError(f"{self.name}: header_row={header_row}: sheet {self._sheet!r} has {len(rows):,} rows")
            columns, index = column_names(self.name, header_row, _trimmed(rows[header_row - 1])), header_row - 1
        elif (found := header_index(first, wanted)) is not None:
            columns, index = column_names(self.name, found + 1, first[found]), found
        elif (alone := without_header(self.name, filled + 1, first[filled], wanted)) is not None:
            columns, index = alone, -1
        else:
            columns, index = column_names(self.name, filled + 1, first[filled]), filled
        self.columns = columns
        self._header, self._body = index + 1, rows[index + 1 :]
        self._above_header = [at + 1 for at, row in enumerate(first[: max(0, index)]) if row]
        self.address_column = address_column(self.name, columns, wanted)

    @property
    def facts(self) -> dict[str, Any]:
        """What was recognised."""
        return {
            "format": "Excel",
            "sheet": self._sheet,
            "header_row": self._header,
            "rows_above_header": self._above_header,
        }

    def __iter__(self) -> Iterator[ListRow]:
        """The rows that are not empty."""
        for chunk in self.chunks():
            yield from rows_of_chunk(chunk)

    def chunks(self) -> Iterator[Chunk]:
        """The same, many at a time."""
        width = len(self.columns)
        body = ((number, row) for number, row in enumerate(self._body, self._header + 1) if any(map(_is_filled, row)))
        while some := list(itertools.islice(body, rows_at_a_time(width))):
            numbers = [number for number, _ in some]
            problems = {}
            rows = []
            for at, (_, row) in enumerate(some):
                cells = _trimmed(row)
                if len(cells) > width:
                    problems[at] = f"{len(cells)} cells where the header has {width}"
                rows.append([*cells[:width], *([None] * (width - len(cells)))])
            columns = list(zip(*rows, strict=True))
            for name, column in zip(self.columns, columns, strict=True):
                for number, cell in zip(numbers, column, strict=True):
                    if isinstance(cell, str) and len(cell) > MAX_CELL:
                        raise cell_too_long(self.name, number, name, len(cell))
            yield Columns(self.columns, numbers, plain_columns(self.name, self.columns, numbers, columns), problems)


def _chosen(path: Path, sheet: str | int | None, wanted: str | None) -> tuple[str, list[list[Any]]]:
    """(name, rows from the first on) of the sheet that is meant."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise InputError(
            f"{path}: Excel workbooks need the extra 'excel': pip install 'gatepost[excel]'; or save the sheet as CSV"
        ) from None
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        about = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
        names = [one.name for one in about]
        if isinstance(sheet, str):
            if sheet not in names and not sheet.isdigit():
                guess = nearest(sheet, names)
                hint = f"; did you mean {guess!r}?" if guess else ""
                raise InputError(f"{path}: no sheet {sheet!r}{hint} (sheets: {listed(names)})")
            sheet = names.index(sheet) + 1 if sheet in names else int(sheet)
        if sheet is not None:
            if not 1 <= sheet <= len(names):
                raise InputError(f"{path}: no sheet {sheet} (there are {len(names)}: {listed(names)})")
            return names[sheet - 1], book.get_sheet_by_name(names[sheet - 1]).to_python(skip_empty_area=False)
        visible = [one.name for one in about if one.visible == calamine.SheetVisibleEnum.Visible]
        filled = [(name, rows) for name in visible if (rows := book.get_sheet_by_name(name).to_python(False))]
    except (calamine.CalamineError, OSError) as error:
        raise InputError(f"{path}: not a workbook that can be read ({error})") from None
    with_addresses = [one for one in filled if header_index(one[1][:LOOKED_AT], wanted) is not None]
    if len(with_addresses) == 1:
        return with_addresses[0]
    if len(filled) > 1:
        ways = " or ".join(f"sheet={name!r}" for name, _ in filled[:5])
        raise InputError(f"{path}: {len(filled)} sheets have rows; pass {ways}")
    if not filled:
        raise InputError(f"{path}: no sheet has rows (sheets: {listed(names)})")
    return filled[0]


def _check_size(path: Path) -> None:
    """InputError where a workbook unpacks to more than fits: a single cell far away makes a rectangle of all before."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _MAX_BYTES:
                raise InputError(f"{path}: over 1 GB when it is unpacked; save the sheet as CSV")
            for member in archive.infolist():
                if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
                    with archive.open(member) as file:
                        rows, columns = _extent(file)
                    if rows * columns > _MAX_CELLS:
                        raise InputError(
                            f"{path}: {member.filename} reaches to row {rows:,} and column {columns:,}; delete the "
                            "cells far away from the list, or save the sheet as CSV"
                        )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path}: not an Excel workbook (.xlsx): {error}") from None


def _extent(file: IO[bytes]) -> tuple[int, int]:
    """The last row and column of a sheet."""
    rows, columns = 0, 26
    seen: set[bytes] = set()
    rest = b""
    while piece := file.read(1 << 20):
        text = rest + piece
        rows = max([rows, *map(int, _ROW.findall(text))])
        seen.update(_WIDE.findall(text))
        rest = text[-200:]
    for letters in seen:
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        columns = max(columns, number)
    return rows, columns


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def _trimmed(row: list[Any]) -> list[Any]:
    """The cells of a row up to the last that is filled, as Python would have them."""
    cells = [_cell(cell) for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _cell(cell: Any) -> Any:
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date()
    return cell

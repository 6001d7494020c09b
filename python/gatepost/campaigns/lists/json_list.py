"""JSON: an array of objects, or an object on each line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...files import regular
from .chunk import Chunk, Mappings, rows_at_a_time
from .encodings import encoding_error, file_sha256, named, recognise
from .header import address_column
from .list_row import MAX_CELL, MAX_DEPTH, ListRow, cell_too_long, check_depth

_MAX_LINE = 4 * MAX_CELL
_MAX_FILE = 256 << 20  # an array is read as a whole


class JsonFile:
    """Objects of a .jsonl file, numbered by their lines, or of a .json file, numbered from 1."""

    ragged = True

    def __init__(self, path: Path, *, wanted: str | None = None, encoding: str | None = None, lines: bool) -> None:
        self.name = str(path)
        self.sha256: str | None = file_sha256(path)
        self._path, self._lines = path, lines
        self._encoding = encoding or recognise(path)
        first = next(iter(self), None)
        if first is None:
            each = "each line must be a JSON object" if lines else "it must be an array of JSON objects"
            raise InputError(f"{self.name}: the file is empty: {each}")
        self.columns = list(first.values)
        self.address_column = address_column(self.name, self.columns, wanted)

    @property
    def facts(self) -> dict[str, Any]:
        """What was recognised."""
        return {"format": "JSON lines" if self._lines else "JSON", "encoding": named(self._encoding)}

    def chunks(self) -> Iterator[Chunk]:
        """The objects, many at a time."""
        rows = iter(self)
        while some := list(itertools.islice(rows, rows_at_a_time(len(self.columns)))):
            yield Mappings(some)

    def __iter__(self) -> Iterator[ListRow]:
        """The objects one by one."""
        try:
            with open(self._path, encoding=self._encoding, opener=regular) as file:
                if not self._lines:
                    yield from self._array(file.read(_MAX_FILE + 1))
                    return
                number = 0
                while line := file.readline(_MAX_LINE):
                    number += 1
                    if len(line) >= _MAX_LINE:
                        raise InputError(f"{self.name}, row {number}: a line of over 4 MB")
                    if line.strip():
                        yield ListRow(number, self._object(number, line))
        except UnicodeDecodeError:
            raise encoding_error(self._path, self._encoding) from None

    def _array(self, text: str) -> Iterator[ListRow]:
        if len(text) > _MAX_FILE:
            raise InputError(
                f"{self.name}: over {_MAX_FILE >> 20} MB in one array; write an object on each line (.jsonl)"
            )
        if not text.strip():
            return
        try:
            found = self._read(text)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, character {error.colno}"
            raise InputError(f"{self.name}, {where}: not JSON ({error.msg})") from None
        except _Beyond as error:
            raise InputError(f"{self.name}: {error}") from None
        if isinstance(found, dict):
            arrays = [key for key, value in found.items() if isinstance(value, list)]
            if len(arrays) != 1:
                raise InputError(f"{self.name}: takes an array of objects, or an object with one array in it")
            found = found[arrays[0]]
        if not isinstance(found, list):
            raise InputError(f"{self.name}: takes an array of objects, not {type(found).__name__}")
        for number, value in enumerate(found, 1):
            yield ListRow(number, self._checked(number, value))

    def _object(self, number: int, line: str) -> dict[str, Any]:
        try:
            return self._checked(number, self._read(line))
        except json.JSONDecodeError as error:
            raise InputError(f"{self.name}, row {number}, character {error.colno}: not JSON ({error.msg})") from None
        except _Beyond as error:
            raise InputError(f"{self.name}, row {number}: {error}") from None

    def _read(self, text: str) -> Any:
        try:
            return json.loads(text, parse_constant=lambda _: None)  # NaN and Infinity, which no JSON has
        except json.JSONDecodeError:
            raise
        except RecursionError:
            raise _Beyond(f"nested over {MAX_DEPTH} levels deep") from None
        except ValueError:  # Python takes no integer of more digits than this
            raise _Beyond("a number of over 4,300 digits") from None

    def _checked(self, number: int, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InputError(f"{self.name}, row {number} takes a JSON object, not {type(value).__name__}")
        for column, cell in value.items():
            if isinstance(cell, str) and len(cell) > MAX_CELL:
                raise cell_too_long(self.name, number, column, len(cell))
            if isinstance(cell, dict | list):
                check_depth(self.name, number, column, cell)
        return value


class _Beyond(Exception):
    """What is beyond the bounds of a row."""

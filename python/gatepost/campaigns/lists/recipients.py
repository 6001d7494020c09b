"""Reading a list of recipients: a file, a DataFrame, or any iterable of mappings, one row at a time."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import Any

from ... import arguments
from ...errors import InputError
from .csv_list import CsvFile
from .list_row import RecipientList
from .near import likely_address_column, listed
from .row_lists import JsonLines, ParquetFile, rows_of


def read_recipients(source: Any, *, address_column: str = "email", encoding: str | None = None) -> RecipientList:
    """Opens a list of recipients.

    `source`: a path to .csv/.tsv/.txt, .jsonl/.ndjson or .parquet, a DataFrame (polars, pandas, pyarrow, or anything
    with the Arrow or DataFrame interchange protocol), an iterable of mappings, or an iterable of addresses.
    InputError names the file and what is wrong: no such file, wrong encoding (row and byte), no address column (the
    columns found), a cell over 1 MB (row and column).
    """
    if isinstance(source, str | os.PathLike):
        found = _read_file(arguments.path("recipients", source), _known(encoding))
    else:
        found = rows_of(source, address_column)
    if address_column not in found.columns:
        guess = likely_address_column(address_column, found.columns)
        hint = f"; pass address_column={guess!r}" if guess else "; name the one with the addresses as address_column="
        raise InputError(f"{found.name}: no column {address_column!r}; columns found: {listed(found.columns)}{hint}")
    return found


def _known(encoding: str | None) -> str | None:
    try:
        if encoding is not None:
            codecs.lookup(encoding)
    except (LookupError, ValueError):
        raise InputError(f"encoding: Python knows no encoding {encoding!r}") from None
    return encoding


def _read_file(path: Path, encoding: str | None) -> RecipientList:
    if not path.is_file():
        other = "is not a regular file" if path.exists() else "no such file"
        what = "is a folder, not a file" if path.is_dir() else other
        raise InputError(f"{path}: {what}")
    match path.suffix.lower():
        case ".jsonl" | ".ndjson":
            return JsonLines(path, encoding or "utf-8-sig")
        case ".parquet" | ".pq":
            return ParquetFile(path)
        case ".csv" | ".tsv" | ".txt" | "":
            return CsvFile(path, encoding)
        case other:
            raise InputError(f"{path}: a list is .csv, .tsv, .txt, .jsonl or .parquet, not {other!r}")

"""Reading a list of recipients: a file, a table, a query, or any iterable of mappings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ... import arguments
from ...errors import InputError
from ...files import regular
from .csv_list import CsvFile
from .excel_list import ExcelFile
from .frames import parquet, rows_of
from .json_list import JsonFile
from .open_list import OpenList
from .row_options import option_columns
from .source import RecipientList
from .sql_list import query_rows

_EXCEL_BEFORE_2007 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CSV = (".csv", ".tsv", ".txt", ".tab", "")


def read_recipients(source: Any, **options: Any) -> OpenList:
    """Opens a list of recipients: a `RecipientList`, or what it is made of, with its options.

    InputError names the file and what is wrong: no such file, a charset that is in doubt (both, and what decides), no
    address column (the columns found), a quotation mark that does not belong where it is (its row), a cell over 1 MB
    (row and column).
    """
    chosen = source if isinstance(source, RecipientList) else RecipientList(source, **options)
    chosen = chosen._over(**options) if chosen is source else chosen
    where, wanted = chosen.source, chosen.address_column
    if chosen.query is not None:
        return query_rows(where, chosen.query, wanted)
    if isinstance(where, str | os.PathLike):
        text = os.fspath(where)
        if isinstance(text, str) and "://" in text and not os.path.exists(text):
            raise InputError("recipients: a URL of a database takes query='SELECT ...' besides")
        return _read_file(arguments.path("recipients", where), chosen)
    if hasattr(where, "cursor") or hasattr(where, "exec_driver_sql"):
        raise InputError("recipients: a connection takes query='SELECT ...' besides")
    chosen._refuse_for("a table", "encoding", "delimiter", "quote", "escape", "header_row", "sheet")
    return rows_of(where, wanted)


def source_of(opened: OpenList, source: Any, wanted: str | None = None) -> dict[str, Any]:
    """What a campaign remembers of its list; `wanted`: the column of addresses, where the caller named one."""
    chosen = source if isinstance(source, RecipientList) else RecipientList(source)
    folder = chosen.attachments_from
    return {
        "name": opened.name,
        "sha256": opened.sha256,
        "columns": None if opened.ragged else list(opened.columns),
        "recognised": {**opened.facts, "address_column": opened.address_column},
        "options": option_columns(opened.columns, opened.address_column) if chosen.row_options else {},
        "wanted": wanted or chosen.address_column,
        "attachments_from": os.path.abspath(folder) if folder is not None else None,
    }


def _read_file(path: Path, chosen: RecipientList) -> OpenList:
    if not path.is_file():
        other = "is not a regular file" if path.exists() else "no such file"
        what = "is a folder, not a file" if path.is_dir() else other
        raise InputError(f"{path}: {what}")
    kind = path.suffix.lower()
    with open(path, "rb", opener=regular) as file:
        head = file.read(512)
    wanted = chosen.address_column
    if head.startswith(b"PK\x03\x04") and (kind in (".xlsx", ".xlsm", ".xls") or kind in _CSV):
        chosen._refuse_for("an Excel workbook", "encoding", "delimiter", "quote", "escape")
        return ExcelFile(path, wanted=wanted, sheet=chosen.sheet, header_row=chosen.header_row)
    if head.startswith(_EXCEL_BEFORE_2007):
        raise InputError(
            f"{path}: a workbook of Excel before 2007, or one with a password; save it as .xlsx without a password"
        )
    if kind in (".ods", ".xlsb", ".numbers"):
        raise InputError(f"{path}: a spreadsheet of a kind that is not read here; save it as .xlsx or as CSV")
    if kind in (".xlsx", ".xlsm", ".xls"):
        web = b"<html" in head.lower() or b"<table" in head.lower()
        what = "a web page" if web else "text"
        raise InputError(
            f"{path}: {what} in spite of its name, not an Excel workbook (.xlsx); open it in Excel and save it as .xlsx"
            + ("" if web else ", or rename it to .csv")
        )
    if kind in (".parquet", ".pq") or head.startswith(b"PAR1"):
        chosen._refuse_for("Parquet", "encoding", "delimiter", "quote", "escape", "header_row", "sheet")
        return parquet(path, wanted)
    chosen._refuse_for(f"a {kind or 'text'} file", "sheet")
    if kind in (".jsonl", ".ndjson", ".json"):
        chosen._refuse_for("JSON", "delimiter", "quote", "escape", "header_row")
        return JsonFile(path, wanted=wanted, encoding=chosen.encoding, lines=kind != ".json")
    if kind not in _CSV:
        raise InputError(f"{path}: a list is .csv, .tsv, .txt, .xlsx, .jsonl, .json or .parquet, not {kind!r}")
    return CsvFile(
        path, wanted=wanted, encoding=chosen.encoding, delimiter=chosen.delimiter, quote=chosen.quote,
        escape=chosen.escape, header_row=chosen.header_row,
    )  # fmt: skip

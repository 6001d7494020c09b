"""Where a list of recipients comes from, and how it is to be read where that is not plain to see."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass, field, replace
from typing import Any

from ... import arguments
from ...errors import InputError


def _one_character(name: str, value: object) -> None:
    if not isinstance(value, str) or len(value) != 1 or value in '\r\n"\0':
        raise arguments.refuse(name, "one character that is no line break and no quotation mark", value)


def _mark(name: str, value: object) -> None:
    if not isinstance(value, str) or len(value) > 1 or value in ("\r", "\n", "\0"):
        raise arguments.refuse(name, "one character, or '' for none", value)


def _encoding(name: str, value: object) -> None:
    arguments.line(name, value)
    try:
        known = codecs.lookup(str(value))._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        raise InputError(f"encoding: Python knows no encoding {value!r}")


def _sheet(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise arguments.refuse(name, "the name of a sheet, or its number counted from 1", value)


def _folder(name: str, value: object) -> None:
    if not isinstance(value, str | os.PathLike) or not os.path.isdir(value):
        raise arguments.refuse(name, "a folder", value)


_CHECKS: dict[str, arguments.Check] = {
    "address_column": arguments.optional(arguments.text),
    "encoding": arguments.optional(_encoding),
    "delimiter": arguments.optional(_one_character),
    "quote": arguments.optional(_mark),
    "escape": arguments.optional(_mark),
    "header_row": arguments.optional(arguments.whole_number(0)),
    "sheet": arguments.optional(_sheet),
    "query": arguments.optional(arguments.text),
    "attachments_from": arguments.optional(_folder),
    "row_options": arguments.flag,
}


@dataclass(frozen=True, eq=False)
class RecipientList:
    """A list of recipients, for `Campaign(recipients=...)`; whatever is not given is found out and reported.

    Args:
        source: A path to .csv, .tsv, .txt, .xlsx, .jsonl, .json or .parquet; a DataFrame (polars, pandas, or anything
            with the Arrow stream or DataFrame interchange protocol); an iterable of mappings or of addresses; with
            `query` a URL that SQLAlchemy takes, an engine or a connection of it, or a DB-API connection.
        address_column: Column with the addresses. Default: "email", else the only one that is called so in another way.
        encoding: Charset of a text file. Default: recognised.
        delimiter: Character between cells of a text file. Default: the one that makes a table of its first lines.
        quote: Quotation mark of a text file, "" for none. Default: '"'.
        escape: Character of a text file that takes the meaning from the next, "" for none. Default: none.
        header_row: Row that names the columns, counted from 1; 0 where none does. Default: the first that has a column
            of addresses.
        sheet: Sheet of a workbook, by name or number from 1. Default: the only one with rows.
        query: SELECT statement. Default: none.
        attachments_from: Folder below which the files of a column "attachments" must lie. Default: none are attached.
        row_options: Whether columns such as "send_at" and "account" have their meaning (docs/lists.md); False: they are
            fields for the template and nothing else. Default: True.

    Raises:
        InputError: An argument has a wrong type or value; the message names it.
    """

    source: Any = field(repr=False)  # may hold a password
    address_column: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header_row: int | None = None
    sheet: str | int | None = None
    query: str | None = None
    attachments_from: str | os.PathLike[str] | None = None
    row_options: bool = True

    def __post_init__(self) -> None:
        arguments.check_all(_CHECKS, {name: getattr(self, name) for name in _CHECKS})

    def _over(self, **options: Any) -> RecipientList:
        """The same with options that are not None in the place of those that are."""
        given = {name: value for name, value in options.items() if value is not None}
        for name, value in given.items():
            if getattr(self, name) not in (None, value):
                raise InputError(f"{name}: the list says {getattr(self, name)!r}, the campaign {value!r}")
        return replace(self, **given)

    def _refuse_for(self, what: str, *names: str) -> None:
        """InputError where one of these options was given, which mean nothing for this kind of list."""
        for name in names:
            if getattr(self, name) is not None:
                raise InputError(f"{name}: means nothing for {what}")

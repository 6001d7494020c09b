"""The row that names the columns: which one it is, what it is to be called, and which column has the addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...errors import InputError
from .invisible import without_invisible
from .near import likely_address_column, listed

LOOKED_AT = 20
"""Rows among which the header is looked for."""

_UNCUT = re.compile(r"[,;|\t]")  # a row that is not cut up yet
_PLAIN = re.compile(r"[\W_]+")
_ADDRESS_COLUMNS = frozenset({
    "email", "mail", "emailaddress", "mailaddress", "emailadress", "primaryemail", "email1value", "email1address",
    "почта", "эпочта", "элпочта", "электроннаяпочта", "электронныйадрес", "адресэлпочты", "адресэлектроннойпочты",
    "имейл", "емейл", "емэйл", "мейл", "адресemail", "emailадрес", "почтовыйадресemail", "адресэлектроннойпочтыemail",
})  # fmt: skip
_ADDRESS = re.compile(r"\s*(?:mailto:)?[^\s@<>,;|\"]+@[^\s@<>,;|\"]+\.[^\s@<>,;|\".]+\s*", re.IGNORECASE)


def cleaned(cell: object) -> str:
    """A column's name without line breaks, double spaces and what cannot be seen."""
    return " ".join(without_invisible("" if cell is None else str(cell)).split())


def folded(name: str) -> str:
    """A name by which spellings of it are the same: "E-mail Address" and "email_address"."""
    return _PLAIN.sub("", name.casefold().replace("ё", "е"))


def is_address(cell: object) -> bool:
    """Whether a cell looks like one address."""
    return isinstance(cell, str) and _ADDRESS.fullmatch(cell) is not None


def address_columns(columns: Iterable[str], wanted: str | None) -> list[str]:
    """The columns that may have the addresses: the wanted one; without a wish "email", else those by their names."""
    columns = list(columns)
    if wanted is not None or "email" in columns:
        return [column for column in columns if column == (wanted or "email")]
    return [column for column in columns if folded(column) in _ADDRESS_COLUMNS and not _UNCUT.search(column)]


def address_column(name: str, columns: Sequence[str], wanted: str | None) -> str:
    """The column with the addresses. InputError with the columns found where there is none, or where there are two."""
    found = address_columns(columns, wanted)
    if len(found) == 1:
        return found[0]
    if found:
        ways = " or ".join(f"address_column={column!r}" for column in found)
        raise InputError(f"{name}: {len(found)} columns may have the addresses ({listed(found)}); pass {ways}")
    guess = likely_address_column(wanted or "email", columns)
    hint = f"; pass address_column={guess!r}" if guess else "; name the one with the addresses as address_column="
    raise InputError(f"{name}: no column {wanted or 'email'!r}; columns found: {listed(columns)}{hint}")


def header_index(rows: Sequence[Sequence[object]], wanted: str | None) -> int | None:
    """Which of the first rows names the columns: the first with a column of addresses; None where none does."""
    for index, row in enumerate(rows):
        if address_columns(map(cleaned, row), wanted):
            return index
    return None


def without_header(name: str, number: int, row: Sequence[object], wanted: str | None) -> list[str] | None:
    """Columns for a list that begins with a recipient: those of addresses alone need no header. InputError where the
    first row is a recipient among other cells; None where it is none."""
    if not any(map(is_address, row)):
        return None
    if len(row) == 1:
        return [wanted or "email"]
    if all(map(is_address, filter(None, row))):
        raise InputError(f"{name}, row {number}: {len(row)} addresses in a row; put each into a row of its own")
    raise InputError(
        f"{name}, row {number}: is a recipient already, no row names the columns; add one, or pass header_row=0 for "
        "'email', 'column 2' and so on"
    )


def numbered_columns(rows: Sequence[Sequence[object]], wanted: str | None) -> list[str]:
    """Names where no row has any: the column with the most addresses is the one of addresses."""
    width = max((len(row) for row in rows), default=0)
    hits = [sum(is_address(row[index]) for row in rows if index < len(row)) for index in range(width)]
    best = max(range(width), key=lambda index: hits[index], default=0)
    return [wanted or "email" if index == best else f"column {index + 1}" for index in range(width)]


def column_names(name: str, number: int, row: Iterable[object]) -> list[str]:
    """The columns that a row names; empty ones get a number. InputError for two of one name."""
    columns = [cleaned(cell) for cell in row]
    seen: set[str] = set()
    for index, column in enumerate(columns):
        if not column:
            columns[index] = f"column {index + 1}"
        elif column in seen:
            raise InputError(f"{name}, row {number}: two columns are named {column!r} ({listed(columns)})")
        seen.add(columns[index])
    return columns

"""Columns with a meaning of their own: what one letter is sent with, at which time, through which account."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .chunk import Chunk
from .header import folded

NAMES: Mapping[str, tuple[str, ...]] = {
    "account": ("account", "аккаунт", "учётная запись"),
    "attachments": ("attachments", "attachment", "вложения", "вложение"),
    "send_at": ("send_at", "отправить в", "время отправки"),
    "letter_id": ("letter_id", "id письма", "номер письма"),
    "language": ("language", "lang", "язык"),
    "timezone": ("timezone", "time_zone", "tz", "часовой пояс"),
}
"""Option -> how its column may be called; case, spaces, "_" and "-" make no difference."""

_RUSSIAN_TIME = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_LETTER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LATEST = 9_000_000_000.0  # the year 2255


@dataclass(frozen=True, slots=True)
class RowOptions:
    """The columns of a list that are options. `columns`: option -> column. `accounts`: names that a row may name;
    None: any. `folder`: where attachments come from; None: from nowhere."""

    columns: Mapping[str, str]
    accounts: Collection[str] | None = None
    folder: Path | None = None

    def problems(self, chunk: Chunk) -> dict[int, str]:
        """Why rows cannot be used, by index: the column and what is wrong with its cell."""
        found: dict[int, str] = {}
        for option, column in self.columns.items():
            check = self._check_of(option)
            if check is None:
                continue
            for index, cell in enumerate(chunk.column(column)):
                if cell is not None and cell != "" and (why := check(cell)):
                    found.setdefault(index, f"column {column!r}: {why}")
        return found

    def _check_of(self, option: str) -> Callable[[Any], str] | None:
        match option:
            case "account":
                return self._account
            case "send_at":
                return _why_no_time
            case "letter_id":
                return _why_no_letter_id
            case "language":
                return _why_no_language
            case "timezone":
                return None  # means something only where the campaign has a window (`unknown_zones`)
        return None if self.folder is None else self._attachments

    def _account(self, cell: Any) -> str:
        name = str(cell).strip()
        if self.accounts is None or name in self.accounts or not name:
            return ""
        known = ", ".join(self.accounts)
        return f"the campaign has no account {name[:60]!r} ({known}); row_options=False makes it a field like others"

    def _attachments(self, cell: Any) -> str:
        folder = Path(self.folder or "").resolve()
        for path in attachment_paths(cell):
            try:
                file = (folder / path).resolve()
                found = file.is_relative_to(folder) and file.is_file()
            except (OSError, ValueError):
                found = False
            if not found:
                return f"no file {path[:80]!r} in {self.folder}"
        return ""


def option_columns(columns: Sequence[str], address_column: str) -> dict[str, str]:
    """Which columns of a list are options; of two for one option the first."""
    known = {folded(name): option for option, names in NAMES.items() for name in names}
    found: dict[str, str] = {}
    for column in columns:
        option = known.get(folded(column))
        if option is not None and column != address_column:
            found.setdefault(option, column)
    return found


def attachment_paths(cell: Any) -> list[str]:
    """The files that a cell names, one on a line or with semicolons between them."""
    names = cell if isinstance(cell, list) else re.split(r"[;\n]", "" if cell is None else str(cell))
    return [str(name).strip() for name in names if str(name).strip()]


def letter_id(cell: Any) -> str:
    """A cell as X-Letter-Id shows it; "" where it is empty."""
    return "" if cell is None else str(cell).strip()


def unix_time(cell: Any) -> float | None:
    """When a letter is to be sent: a date, a time, or text in ISO 8601 or as in 31.12.2026 09:30, of this machine's
    zone where it names none. None for an empty cell; ValueError for another."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        if found := _RUSSIAN_TIME.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            cell = datetime.datetime(year, month, day, hour, minute, second)
        else:
            cell = datetime.datetime.fromisoformat(text)
    if not isinstance(cell, datetime.date):
        raise ValueError
    if not isinstance(cell, datetime.datetime):
        cell = datetime.datetime.combine(cell, datetime.time())
    at: float = cell.timestamp()
    if not 0 <= at <= _LATEST:
        raise ValueError
    return at


def _why_no_time(cell: Any) -> str:
    try:
        unix_time(cell)
    except (ValueError, OverflowError, OSError):
        return f"{str(cell)[:60]!r} is no time; write 2026-12-31 09:30 or 31.12.2026 09:30"
    return ""


def _why_no_letter_id(cell: Any) -> str:
    text = letter_id(cell)
    if not text or _LETTER_ID.fullmatch(text):
        return ""
    return f"{text[:60]!r} is no letter id: Latin letters, digits, _ and -"


def _why_no_language(cell: Any) -> str:
    text = str(cell).strip()
    if not text or _LANGUAGE.fullmatch(text):
        return ""
    return f"{text[:60]!r} is no language; write ru, en or pt-BR"

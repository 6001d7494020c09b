"""How the cells of a text file are told apart: found in its first lines, or given by the caller."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InputError
from .header import LOOKED_AT, address_columns, cleaned, is_address

_DELIMITERS = ",;\t|^~:\x1f\x01"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "space"}
_SEP = re.compile(r'"?sep=(.)"?[,;\t]*[\r\n]*', re.IGNORECASE)
_NEAR = 0.2  # how much better one delimiter must be than another


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` and `escape`: a character, "" for none, None where the caller does not say."""

    delimiter: str
    quote: str | None = None
    escape: str | None = None

    @property
    def quote_or_default(self) -> str:
        """What quoted cells stand in."""
        return '"' if self.quote is None else self.quote

    @property
    def words(self) -> str:
        """The delimiter for people."""
        return _NAMES.get(self.delimiter, repr(self.delimiter))


def separator_line(line: str) -> str | None:
    """The delimiter that a first line "sep=;" tells Excel; None where the line is another."""
    found = _SEP.fullmatch(line)
    return found[1] if found else None


def find_delimiter(name: str, lines: Sequence[str], wanted: str | None, quote: str) -> str:
    """The delimiter by which the first lines are a table with a column of addresses. InputError where two are."""
    lines = [line.rstrip("\r\n") for line in lines if line.strip()]
    tried = {delimiter: _table(lines, delimiter, quote) for delimiter in _DELIMITERS}
    ranked = sorted(tried, key=lambda one: -_score(tried[one], wanted))  # the order of _DELIMITERS where equal
    best, second = ranked[:2]
    close = _score(tried[best], wanted) - _score(tried[second], wanted) < _NEAR
    if close and tried[best] != tried[second] and max(map(len, tried[second]), default=0) > 1:
        raise InputError(
            f"{name}: cells may end at {_NAMES.get(best, best)!s} or at {_NAMES.get(second, second)!s}; pass "
            f"delimiter={best!r} or delimiter={second!r}"
        )
    return best


def _table(lines: Sequence[str], delimiter: str, quote: str) -> list[list[str]]:
    """The lines cut up, as well as it goes."""
    if not quote:
        return [line.split(delimiter) for line in lines]
    read = csv.reader((line for line in lines), delimiter=delimiter, quotechar=quote)
    try:
        return [row for row in read if row]
    except csv.Error:
        return [line.split(delimiter) for line in lines]


def _score(table: Sequence[Sequence[str]], wanted: str | None) -> float:
    """Up to 3: there is a header with a column of addresses, rows are as wide as it, they have an address there."""
    if not table:
        return 0.0
    for index, row in enumerate(table[:LOOKED_AT]):
        columns = list(map(cleaned, row))
        if found := address_columns(columns, wanted):
            body, at, width = table[index + 1 :], columns.index(found[0]), len(row)
            hits = sum(at < len(one) and "@" in one[at] for one in body)
            return 1.0 + _share(sum(len(one) == width for one in body), body) + _share(hits, body)
    width = Counter(map(len, table)).most_common(1)[0][0]
    if width == 1:
        return _share(sum(is_address(row[0]) for row in table), table)
    return _share(sum(len(row) == width for row in table), table) + _share(
        sum(any(map(is_address, row)) for row in table), table
    )


def _share(part: int, whole: Sequence[object]) -> float:
    return part / len(whole) if whole else 1.0

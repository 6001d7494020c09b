"""A near guess for a word that was mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_ADDRESS_WORDS = ("email", "mail", "почта", "адрес", "address", "e-mail")


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option most like `word`, case-blind, or None where none is near."""
    by_folded = {option.casefold(): option for option in options}
    found = get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def likely_address_column(wanted: str, columns: Iterable[str]) -> str | None:
    """The column that was most likely meant as the address column, or None."""
    columns = list(columns)
    guess = nearest(wanted, columns)
    if guess is not None:
        return guess
    return next((c for c in columns if any(word in c.casefold() for word in _ADDRESS_WORDS)), None)


def listed(columns: Iterable[str]) -> str:
    """Column names for an error message, shortened where there are many."""
    names = [repr(c) for c in columns]
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")

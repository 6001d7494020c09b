"""Turns what a caller passed into what the core takes, with errors that name the field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .. import _core
from ..errors import InputError


@contextmanager
def named(field: str) -> Iterator[None]:
    """Puts the field's name before what the core says of it."""
    try:
        yield
    except _core.InputError as error:
        raise InputError(f"{field}: {error}") from None


def text(field: str, value: object) -> str:
    """`value` where it is a str that has a UTF-8 form."""
    if not isinstance(value, str):
        raise InputError(f"{field}: a str is expected, not {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{field}: character {error.start} is half of a surrogate pair, which has no UTF-8") from None
    return value

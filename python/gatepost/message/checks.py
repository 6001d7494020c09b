"""Turns what a caller passed into what the core takes, with errors that name the field."""

from __future__ import annotations

from types import TracebackType

from .. import _core
from ..errors import InputError


class named:
    """Puts the field's name before what the core says of it: `with named("to"): ...`"""

    __slots__ = ("_field",)

    def __init__(self, field: str) -> None:
        self._field = field

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, _core.InputError):
            raise InputError(f"{self._field}: {error}") from None


def text(field: str, value: object) -> str:
    """`value` where it is a str that has a UTF-8 form."""
    if not isinstance(value, str):
        raise InputError(f"{field}: a str is expected, not {type(value).__name__}")
    try:
        if not value.isascii():
            value.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{field}: character {error.start} is half of a surrogate pair, which has no UTF-8") from None
    return value

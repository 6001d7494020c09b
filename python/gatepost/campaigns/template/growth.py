"""How large a result will be where it is larger than what it is made of; OverflowError where it is too large."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any

from .budget import MOST, small, weight

_LONG_NUMBER = re.compile(r"\d{7}")
_LENT_WIDTH = re.compile(r"%[^%a-zA-Z]*\*|\{[^{}]*:[^{}]*\{")
"""A width out of an argument: "%*d", "{:{w}}"."""


def check_operator(operator: str, left: Any, right: Any) -> None:
    """One of + * ** %."""
    if operator == "*":
        for one, times in ((left, right), (right, left)):
            if isinstance(times, int):
                small(one.bit_length() + times.bit_length() if isinstance(one, int) else _length(one) * times)
    elif operator == "**":
        if isinstance(left, int) and isinstance(right, int):
            small(left.bit_length() * right)
    elif operator == "%" and isinstance(left, str):
        _check_format(left, (right,))


def check_filter(name: str, given: Sequence[Any], named: Mapping[str, Any]) -> None:
    """A filter of Jinja2 by its name. No number that it is given may be over a million."""
    numbers = [one for one in (*given[1:], *named.values()) if isinstance(one, int)]
    for number in numbers:
        small(number)
    subject = given[0] if given else ""
    match name:
        case "replace":
            _check_replace(subject, *_texts(given[1:], named, ("old", "new")))
        case "join":
            small(_length(subject) * _length((*given[1:], named.get("d", ""))[0]))
        case "indent":
            width = next((one for one in (*given[1:], named.get("width", 4)) if isinstance(one, int | str)), 4)
            small((str(subject).count("\n") + 1) * (width if isinstance(width, int) else len(width)))
        case "format":
            _check_format(str(subject), (*given[1:], *named.values()))


def check_call(called: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> None:
    """A method or a function. No number that it is given may be over a million."""
    called = getattr(called, "__wrapped__", called)  # the sandbox has a str.format of its own around Python's
    owner = getattr(called, "__self__", None)
    if not isinstance(owner, str | bytes):
        if getattr(called, "__name__", "") == "generate_lorem_ipsum":
            small(1000 * max((one for one in (*arguments, *named.values()) if isinstance(one, int)), default=0))
        return
    for one in (*arguments, *named.values()):
        if isinstance(one, int):
            small(one)
    check = _METHODS.get(called.__name__)
    if check is not None:
        check(owner, arguments, named)


def _check_replace(text: Any, old: str, new: str) -> None:
    written = str(text)
    small(len(written) + (written.count(old) if old else len(written) + 1) * len(new))


def _check_format(text: str, values: Sequence[Any]) -> None:
    if _LONG_NUMBER.search(text):
        small(MOST + 1)
    if _LENT_WIDTH.search(text):
        for value in values:
            for one in value if isinstance(value, tuple | list) else (value,):
                if isinstance(one, int):
                    small(one)


def _texts(given: Sequence[Any], named: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    values = [*given[: len(names)]]
    return [str(one) for one in (*values, *(named.get(name, "") for name in names[len(values) :]))]


def _length(value: Any) -> int:
    return len(value) if isinstance(value, Sized) else 0


_METHODS: Mapping[str, Callable[[Any, Sequence[Any], Mapping[str, Any]], Any]] = {
    "replace": lambda owner, given, named: _check_replace(owner, *_texts(given, named, ("old", "new"))),
    "join": lambda owner, given, named: small(len(owner) * _length(given[0]) if given else 0),
    "expandtabs": lambda owner, given, named: small(owner.count("\t") * int((*given, *named.values(), 8)[0])),
    "translate": lambda owner, given, named: small(len(owner) * max(1, weight(given[0]) if given else 1)),
    "format": lambda owner, given, named: _check_format(owner, (*given, *named.values())),
    "format_map": lambda owner, given, named: _check_format(owner, tuple(given[0].values()) if given else ()),
}

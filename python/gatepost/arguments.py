"""Checks of arguments before anything depends on them: InputError says which it is, what it takes and what it got.

A check is called with the argument's name and value. `secret` ones never show the value.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Collection, Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from .errors import InputError

Check = Callable[[str, Any], None]

MOST_SECONDS = 1e9

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?|\[[A-Za-z0-9:.%-]{1,253}\]")


def refuse(name: str, takes: str, value: object, secret: bool = False) -> InputError:
    """ "timeout takes a number of seconds above 0, not '5'": the exception to raise."""
    return InputError(
        f"{name} takes {takes}, not {f'of type {type(value).__name__}' if secret else reprlib.repr(value)}"
    )


def text(name: str, value: object) -> None:
    """Any text."""
    if not isinstance(value, str):
        raise refuse(name, "a str", value)


def line(name: str, value: object) -> None:
    """Text without control characters: what stands in a header, a command or a report."""
    text(name, value)
    if any(ord(c) < 32 or ord(c) == 127 for c in str(value)):
        raise refuse(name, "text without control characters", value)


def secret_text(name: str, value: object) -> None:
    """Any text that is never shown."""
    if not isinstance(value, str):
        raise refuse(name, "a str", value, secret=True)


def secret_line(name: str, value: object) -> None:
    """Text without control characters that is never shown."""
    secret_text(name, value)
    if any(ord(c) < 32 or ord(c) == 127 for c in str(value)):
        raise InputError(f"{name} holds a control character")


def host_name(name: str, value: object) -> None:
    """What EHLO and its reply name a machine by; "" is left to others."""
    if not isinstance(value, str) or (value and not _HOST.fullmatch(value)):
        raise refuse(name, "a host name in ASCII or an address literal ([192.0.2.1], RFC 5321 §4.1.3)", value)


def flag(name: str, value: object) -> None:
    """True or False, and nothing that merely counts as one."""
    if not isinstance(value, bool):
        raise refuse(name, "True or False", value)


def whole_number(least: int, most: int = 2**32 - 1) -> Check:
    """A check for whole numbers from `least` to `most`."""

    def check(name: str, value: object) -> None:
        if not isinstance(value, Integral) or isinstance(value, bool) or not least <= int(value) <= most:
            raise refuse(name, f"a whole number from {least} to {most}", value)

    return check


def number(name: str, value: object) -> None:
    """Any number; the core knows its range."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise refuse(name, "a number", value)


def seconds(name: str, value: object) -> None:
    """A time to wait."""
    if not isinstance(value, Real) or isinstance(value, bool) or not 0 < float(value) <= MOST_SECONDS:
        raise refuse(name, f"a number of seconds above 0 and up to {MOST_SECONDS:g}", value)


def optional(check: Check) -> Check:
    """The same check, None besides."""
    return lambda name, value: None if value is None else check(name, value)


def one_of(*known: str) -> Check:
    """A check for one of these words."""

    def check(name: str, value: object) -> None:
        if not isinstance(value, str) or value not in known:
            raise refuse(name, f"one of {', '.join(known)}", value)

    return check


def texts(name: str, value: object) -> None:
    """Several texts; one alone would be taken for its letters."""
    if isinstance(value, str) or not isinstance(value, Collection) or not all(isinstance(one, str) for one in value):
        raise refuse(name, "a collection of str", value)


def mapping(values: Check, keys: Iterable[str] | None = None) -> Check:
    """A check for a mapping of names, of `keys` where they are given, to values of one kind."""
    known = None if keys is None else tuple(keys)

    def check(name: str, value: object) -> None:
        if not isinstance(value, Mapping):
            raise refuse(name, "a mapping", value)
        for key, one in value.items():
            if not isinstance(key, str) or (known is not None and key not in known):
                raise InputError(f"{name}: there is no {key!r}; keys are {', '.join(known) if known else 'str'}")
            values(f"{name}[{key!r}]", one)

    return check


def instance(kind: type) -> Check:
    """A check for objects of a class; what they hold may be secret."""

    def check(name: str, value: object) -> None:
        if not isinstance(value, kind):
            article = "an" if kind.__name__[0] in "AEIOU" else "a"
            raise refuse(name, f"{article} {kind.__name__}", value, secret=True)

    return check


def check_all(checks: Mapping[str, Check], given: Mapping[str, Any], owner: str = "") -> None:
    """Runs each check on the argument of its name."""
    for name, check in checks.items():
        check(owner + name, given[name])

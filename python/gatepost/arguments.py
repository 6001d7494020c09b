"""Checks of arguments at the public doors: InputError says which argument it is, what it takes and what it got.

A check is called with the argument's name, as the caller wrote it, and its value; it gives back the value as the core
takes it. What is `secret` is never shown.
"""

from __future__ import annotations

import ipaddress
import math
import os
import re
import reprlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from numbers import Integral, Real
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from ._core import InputError, normalise_address

Check = Callable[[str, Any], object]

MOST_SECONDS = 1_000_000_000
MOST_UNIX_SECONDS = 9_000_000_000  # the year 2255: what the core's clock holds

_T = TypeVar("_T")

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?|\[[A-Za-z0-9:.%-]{1,253}\]")


def refuse(name: str, takes: str, value: object, secret: bool = False) -> InputError:
    """ "timeout takes a number of seconds above 0, not '5'": the exception to raise."""
    return InputError(f"{name} takes {takes}, not {_kind(value) if secret else _shown(value)}")


def _shown(value: object) -> str:
    try:
        return reprlib.repr(value)
    except Exception:  # a number with too many digits, an object whose repr() fails
        return _kind(value)


def _kind(value: object) -> str:
    """ "an int": what is said of a value that is not shown."""
    name = type(value).__name__
    if value is None:
        return "None"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


class named:
    """Puts an argument's name before what the core says of it: `with named("to"): ...`"""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, InputError):
            raise InputError(f"{self._name}: {error}") from None


# --- text --------------------------------------------------------------------------------------------------------


def text(name: str, value: object) -> str:
    """Any text that has a UTF-8 form."""
    return _text(name, value, secret=False)


def line(name: str, value: object) -> str:
    """Text without control characters: what stands in a header, a command or a report."""
    return _line(name, value, secret=False)


def secret_text(name: str, value: object) -> str:
    """Any text that is never shown."""
    return _text(name, value, secret=True)


def secret_line(name: str, value: object) -> str:
    """Text without control characters that is never shown."""
    return _line(name, value, secret=True)


def host_name(name: str, value: object) -> str:
    """What EHLO and its reply name a machine by; "" is left to others."""
    if not isinstance(value, str) or (value and not _HOST.fullmatch(wire_host(name, value))):
        raise refuse(name, "a host name or an address literal ([192.0.2.1], RFC 5321 §4.1.3)", value)
    return value


def wire_host(name: str, host: str) -> str:
    """A host as the DNS and the wire name it: what is not ASCII becomes A-labels (IDNA 2008)."""
    if text(name, host).isascii():
        return host
    try:
        return normalise_address(f"a@{host.removesuffix('.')}")[2:]
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _text(name: str, value: object, secret: bool) -> str:
    if not isinstance(value, str):
        raise refuse(name, "a str", value, secret)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            at = error.start
            raise InputError(f"{name}: character {at} is an unpaired surrogate, which UTF-8 cannot encode") from None
    return value


def _line(name: str, value: object, secret: bool) -> str:
    found = _text(name, value, secret)
    if not found.isprintable() and any(ord(c) < 32 or ord(c) == 127 for c in found):
        if secret:
            raise InputError(f"{name} holds a control character")
        raise refuse(name, "text without control characters", value)
    return found


def one_of(*known: str) -> Callable[[str, object], str]:
    """A check for one of these words."""

    def check(name: str, value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise refuse(name, f"one of {', '.join(known)}", value)
        return value

    return check


def some_of(*known: str) -> Callable[[str, object], list[str]]:
    """A check for these words: one of them or a collection; they come as a list."""
    check = one_of(*known)
    return lambda name, value: [check(name, word) for word in words(name, value)]


def words(name: str, value: object) -> list[str]:
    """One text or a collection of them; they come as a list."""
    return [text(name, value)] if isinstance(value, str) else _several(name, value, "a str or a collection of str")


def texts(name: str, value: object) -> list[str]:
    """Several texts; one alone would be taken for its letters."""
    return _several(name, value, "a collection of str")


def _several(name: str, value: object, takes: str) -> list[str]:
    if isinstance(value, str | Mapping) or not isinstance(value, Collection):
        raise refuse(name, takes, value)
    if not all(isinstance(one, str) for one in value):
        raise refuse(name, takes, value)
    return [text(name, one) for one in value]


def ip_address(name: str, value: object) -> IPv4Address | IPv6Address:
    """An IP address, as text."""
    try:
        return ipaddress.ip_address(text(name, value))
    except InputError:
        raise
    except ValueError:
        raise refuse(name, "an IP address", value) from None


# --- numbers and times -------------------------------------------------------------------------------------------


def flag(name: str, value: object) -> bool:
    """True or False, and nothing that merely counts as one."""
    if not isinstance(value, bool):
        raise refuse(name, "True or False", value)
    return value


def whole_number(least: int, most: int = 2**32 - 1) -> Callable[[str, object], int]:
    """A check for whole numbers from `least` to `most`."""

    def check(name: str, value: object) -> int:
        if not isinstance(value, Integral) or isinstance(value, bool) or not least <= int(value) <= most:
            raise refuse(name, f"a whole number from {least} to {most}", value)
        return int(value)

    return check


def number(name: str, value: object) -> float:
    """Any finite number; the core knows its range."""
    return _real(name, value, "a number", -math.inf, math.inf)


def number_from(least: float, most: float, of: str = "a number") -> Callable[[str, object], float]:
    """A check for numbers from `least` to `most`."""
    takes = f"{of} from {least:,} to {most:,}"
    return lambda name, value: _real(name, value, takes, least, most)


def seconds_from(least: float, most: float) -> Callable[[str, object], float]:
    """A check for times from `least` to `most` seconds."""
    return number_from(least, most, "a number of seconds")


def seconds(name: str, value: object) -> float:
    """A time to wait."""
    takes = f"a number of seconds above 0 and up to {MOST_SECONDS:,}"
    return _real(name, value, takes, 5e-324, MOST_SECONDS)


def patience(name: str, value: object) -> float:
    """A time to wait, or 0: not at all."""
    return seconds_from(0, MOST_SECONDS)(name, value)


def unix_seconds(name: str, value: object) -> float:
    """A moment as the seconds since 1970."""
    return _real(name, value, "a moment in Unix seconds", -MOST_UNIX_SECONDS, MOST_UNIX_SECONDS)


def moment(name: str, value: object) -> float:
    """A moment in Unix seconds, given so or as a datetime; one without a zone is local time."""
    if not isinstance(value, datetime):
        return _real(name, value, "a datetime or Unix seconds", -MOST_UNIX_SECONDS, MOST_UNIX_SECONDS)
    try:
        return unix_seconds(name, value.timestamp())
    except (ValueError, OverflowError, OSError):
        raise refuse(name, "a datetime from 1685 to 2254", value) from None


def _real(name: str, value: object, takes: str, least: float, most: float) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise refuse(name, takes, value)
    try:
        found = float(value)
    except OverflowError:
        raise refuse(name, takes, value) from None
    if not least <= found <= most or math.isinf(found):
        raise refuse(name, takes, value)
    return found


# --- bytes and files ---------------------------------------------------------------------------------------------


def octets(name: str, value: object, takes: str = "bytes") -> bytes:
    """The bytes themselves."""
    if not isinstance(value, bytes | bytearray | memoryview):
        raise refuse(name, takes, value)
    return bytes(value)


def path(name: str, value: object) -> Path:
    """The path of a file or a folder."""
    if not isinstance(value, str | os.PathLike):
        raise refuse(name, "a path", value)
    given = os.fspath(value)
    if not isinstance(given, str):
        raise refuse(name, "a path of type str", value)
    try:
        usable = b"\0" not in os.fsencode(given)
    except UnicodeEncodeError:
        usable = False
    if not usable:
        raise refuse(name, "a path without NUL", value)
    return Path(given)


# --- others ------------------------------------------------------------------------------------------------------


def optional(check: Callable[[str, Any], _T]) -> Callable[[str, Any], _T | None]:
    """The same check, None besides."""
    return lambda name, value: None if value is None else check(name, value)


def instance(kind: type[_T]) -> Callable[[str, object], _T]:
    """A check for objects of a class; what they hold may be secret."""

    def check(name: str, value: object) -> _T:
        if not isinstance(value, kind):
            article = "an" if kind.__name__[0] in "AEIOU" else "a"
            raise refuse(name, f"{article} {kind.__name__}", value, secret=True)
        return value

    return check


def one_or_several(check: Callable[[str, Any], _T]) -> Callable[[str, Any], list[_T]]:
    """A check for one thing or a collection of them; they come as a list."""

    def several(name: str, value: object) -> list[_T]:
        if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(value, Iterable):
            return [check(name, value)]
        return [check(f"{name}[{i}]", one) for i, one in enumerate(value)]

    return several


def mapping(values: Check, keys: Iterable[str] | None = None, secret: bool = False) -> Check:
    """A check for a mapping of names, of `keys` where they are given, to values of one kind, which may be secret."""
    check_key = text if keys is None else one_of(*keys)

    def check(name: str, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise refuse(name, "a mapping", value, secret)
        for key, one in value.items():
            if not isinstance(key, str):
                raise InputError(f"{name}: keys must be str, not {_kind(key)}")
            check_key(f"{name}: a key", key)
            values(f"{name}[{key!r}]", one)
        return dict(value)

    return check


def check_all(checks: Mapping[str, Check], given: Mapping[str, Any], owner: str = "") -> None:
    """Runs each check on the argument of its name."""
    for name, check in checks.items():
        check(owner + name, given[name])

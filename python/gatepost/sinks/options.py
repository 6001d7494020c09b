"""What the arguments of a sink must be for the core to take them: InputError names the one that is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import index
from typing import Any

from ..errors import InputError

_MOST = 2**63 - 1


def names(option: str, given: Iterable[str]) -> list[str]:
    """A sequence of texts, and not a text itself, which would be one too."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InputError(f"{option}: must be a sequence of names, such as [{given!r}], not {given!r} itself")
    found = list(given)
    for name in found:
        if not isinstance(name, str):
            raise InputError(f"{option}: must hold texts, not {name!r}")
    return found


def number(option: str, given: int, least: int = 0, most: int = _MOST) -> int:
    """A whole number within bounds."""
    try:
        found = index(given)
    except TypeError:
        found = -1
    if not least <= found <= most:
        upto = f"from {least} to {most}" if most != _MOST else f"of {least} or more"
        raise InputError(f"{option}: must be a whole number {upto}, not {given!r}")
    return found


def numbers(option: str, given: Mapping[str, int] | None) -> dict[str, int]:
    """A mapping of names to numbers from 0 on; which names there are, the core knows."""
    return {name: number(f"{option}[{name}]", value) for name, value in mapping(option, given).items()}


def texts(option: str, given: Mapping[str, str] | None) -> dict[str, str]:
    """A mapping of names to texts."""
    found = mapping(option, given)
    for name, text in found.items():
        if not isinstance(text, str):
            raise InputError(f"{option}[{name}]: must be a text, not {type(text).__name__}")
    return found


def seconds(option: str, given: Mapping[str, float] | None) -> dict[str, float]:
    """A mapping of names to numbers; how large they may be, the core knows."""
    found = mapping(option, given)
    for name, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"{option}[{name}]: must be a number of seconds, not {value!r}")
    return found


def mapping(option: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """A mapping by names; None is an empty one."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(f"{option}: must be a mapping, not {given!r}")
    for name in given:
        if not isinstance(name, str):
            raise InputError(f"{option}: must have texts as keys, not {name!r}")
    return dict(given)

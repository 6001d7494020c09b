"""What classes of options have in common: one check for each field, a repr without secrets, a way into the core."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from .arguments import Check


@dataclass(frozen=True, slots=True, repr=False)
class Options:
    """Base of frozen dataclasses of options. Their repr names the fields that differ from their defaults."""

    def __repr__(self) -> str:
        differing = (one for one in fields(self) if getattr(self, one.name) != one.default)
        said = (f"{one.name}={one.metadata.get('shown', reprlib.repr)(getattr(self, one.name))}" for one in differing)
        return f"{type(self).__name__}({', '.join(said)})"


SECRET = {"shown": lambda value: "'****'"}
"""Metadata of a field whose value no repr shows."""


def check_fields(options: Options, owner: str, checks: Mapping[str, Check]) -> None:
    """Runs each check on the field of its name, called "limits.per_hour" where `owner` is "limits"."""
    for name, check in checks.items():
        check(f"{owner}.{name}", getattr(options, name))


def put(options: Options, name: str, value: object) -> None:
    """Gives a field its one form, in the `__post_init__` of a frozen dataclass."""
    object.__setattr__(options, name, value)


def copy_fields(options: Options, target: object) -> None:
    """Sets the attributes of `target`, options of the core, that have the names of the fields. None stays unset."""
    for one in fields(options):
        if (value := getattr(options, one.name)) is not None:
            setattr(target, one.name, value)

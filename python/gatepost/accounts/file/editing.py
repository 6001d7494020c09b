"""Settings by dotted keys: "limits.per_hour" is per_hour in the table limits."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from ...errors import InputError


def table_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Tables from dotted keys: {"limits.per_hour": 5} -> {"limits": {"per_hour": 5}}; None is left out."""
    table: dict[str, Any] = {}
    change_table(table, {key: value for key, value in settings.items() if value is not None})
    return table


def change_table(table: Any, changes: Mapping[str, Any]) -> None:
    """Sets what has a value and removes what has None; tables that are not there are made."""
    for key, value in changes.items():
        *sections, last = key.split(".")
        inner = table
        for section in sections:
            if not isinstance(inner, MutableMapping):
                raise InputError(f"{key}: what stands before {section} is not a table")
            if section not in inner:
                if value is None:
                    break
                inner[section] = {}
            inner = inner[section]
        else:
            if not isinstance(inner, MutableMapping):
                raise InputError(f"{key}: what stands before {last} is not a table")
            if value is not None:
                inner[last] = value
            elif last in inner:
                del inner[last]

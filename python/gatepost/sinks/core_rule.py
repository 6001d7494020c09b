"""Rules as data made into those of the core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _core
from .globs import wire_glob

_GLOBS_OF_ADDRESSES = ("from_", "to")
_NESTED = {"any_of": "any", "none_of": "none"}
_CONDITION = (
    "from_", "to", "user", "ehlo", "client", "tls", "subject", "headers", "missing_headers", "min_bytes", "max_bytes",
    "schedule", "where", "listed", "from_is_user", "attachments",
)  # fmt: skip


def core_rule(fields: Mapping[str, Any]) -> _core.SinkRule:
    """The core's rule; `fields` were checked. InputError names what the core does not take."""
    rule = _core.SinkRule()
    rule.when = _condition(fields)
    for name in ("change", "change_each"):
        for number, by in fields.get(name, {}).items():
            rule.add_change(number, by, name == "change_each")
    apart = {*_CONDITION, *_NESTED, "change", "change_each"}
    for name, value in fields.items():
        if name not in apart:
            setattr(rule, name, value)
    return rule


def _condition(fields: Mapping[str, Any]) -> _core.SinkCondition:
    condition = _core.SinkCondition()
    for name in _CONDITION:
        if name in fields:
            value = fields[name]
            setattr(condition, name, wire_glob(value) if name in _GLOBS_OF_ADDRESSES else value)
    for name, core_name in _NESTED.items():
        setattr(condition, core_name, [_condition(one) for one in fields.get(name, ())])
    return condition

"""A rule in JSON and TOML, where `from_` is "from"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .rule_fields import RuleFields, check_rule

_NESTED = ("any_of", "none_of")


def in_python(rule: Any) -> Any:
    """From JSON or TOML; what is no rule stays as it is."""
    return _spelt(rule, {"from": "from_"}, in_python)


def read_rule(name: str, rule: object) -> RuleFields:
    """A rule of JSON or TOML, checked. InputError, behind `name`, says what is wrong."""
    fields = in_python(rule)
    check_rule(name, fields)
    return fields  # type: ignore[no-any-return]


def as_data(fields: Mapping[str, Any]) -> dict[str, Any]:
    """To JSON or TOML."""
    spelt: dict[str, Any] = _spelt(fields, {"from_": "from"}, as_data)
    return spelt


def _spelt(rule: Any, names: Mapping[str, str], inner: Callable[[Any], Any]) -> Any:
    if not isinstance(rule, Mapping):
        return rule
    return {
        names.get(key, key): [inner(one) for one in value]
        if key in _NESTED and isinstance(value, list | tuple)
        else value
        for key, value in rule.items()
    }

"""One profile, and how its TOML file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...arguments import Check, check_all, line, mapping, named, one_of, optional, refuse, secret_text, whole_number
from ...errors import InputError
from ..rule_fields import RuleFields
from ..rule_spelling import as_data, read_rule
from ..tls import MODES
from .provider import provider_rules

REQUIRED_HEADERS = ("Message-Id", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type")
"""Without one of them, a gate of Sendsay's kind accepts a letter and never delivers it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a kind of gate behaves. Where it has `users` (passwords by login), nobody else sends.

    `state` are the numbers and lists with which `sink.gate` begins; `tls` is a mode of `SinkTls` or ""; `recipients`
    and `message_bytes` are limits of a letter, 0 for the sink's own.
    """

    name: str
    summary: str
    users: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[RuleFields, ...] = ()
    state: Mapping[str, float | tuple[str, ...]] = field(default_factory=dict)
    tls: str = ""
    recipients: int = 0
    message_bytes: int = 0

    @property
    def login(self) -> str:
        """The login of its first user, or ""."""
        return next(iter(self.users), "")

    @property
    def password(self) -> str:
        """The password of its first user, or ""."""
        return next(iter(self.users.values()), "")

    def as_dict(self) -> dict[str, Any]:
        """As data, without passwords."""
        return {
            "name": self.name,
            "summary": self.summary,
            "users": list(self.users),
            "tls": self.tls,
            "recipients": self.recipients,
            "message_bytes": self.message_bytes,
            "state": dict(self.state),
            "rules": [as_data(rule) for rule in self.rules],
        }


def _rules(name: str, value: object) -> None:
    if not isinstance(value, list):
        raise refuse(name, "tables of rules", value)


def _state(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | list):
        raise refuse(name, "a number or a list of texts", value)


_CHECKS: dict[str, Check] = {
    "summary": line,
    "tls": optional(one_of(*MODES)),
    "users": mapping(secret_text, secret=True),
    "recipients": whole_number(1),
    "message_bytes": whole_number(1, 2**63 - 1),
    "state": mapping(_state),
    "provider": line,
    "replies": mapping(line),
    "rules": _rules,
}


def read_profile(name: str, table: Mapping[str, Any]) -> Profile:
    """The profile of a file. InputError names the key that is wrong."""
    with named(f"profile {name}"):
        mapping(lambda key, value: None, _CHECKS)("a key", table)
        check_all({key: _CHECKS[key] for key in table}, table)
        if "summary" not in table:
            raise InputError("has no summary")
        rules = [read_rule(f"rules[{index}]", rule) for index, rule in enumerate(table.get("rules", ()))]
        recipients, size = table.get("recipients", 0), table.get("message_bytes", 0)
        if "provider" in table:
            provider = provider_rules(table["provider"], table.get("replies", {}))
            rules += provider.rules
            recipients, size = recipients or provider.recipients, size or provider.message_bytes
        elif "replies" in table:
            raise InputError("replies goes with provider")
        state = {
            key: tuple(value) if isinstance(value, list) else value for key, value in table.get("state", {}).items()
        }
        return Profile(
            name, table["summary"], table.get("users", {}), tuple(rules), state, table.get("tls", ""), recipients, size
        )

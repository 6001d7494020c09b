"""What a provider's preset says, as rules of a gate: one source of facts for senders and for sinks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...arguments import mapping
from ...errors import InputError
from ..rule_fields import RuleFields

_WINDOWS = {"per_minute": 60.0, "per_hour": 3600.0, "per_day": 86400.0}
REPLIES = {
    "over_limit": "451 4.7.1 Too many letters, try again in {seconds} seconds",
    "sender": "553 5.7.1 {from} is not the address of {user}",
    "attachment": "552 5.7.0 A file of this kind is not accepted",
}
"""Where a profile names no reply of its provider's own."""


class ProviderRules(NamedTuple):
    """Rules, and the limits that every letter has (0: none known)."""

    rules: list[RuleFields]
    recipients: int
    message_bytes: int


def provider_rules(name: str, replies: Mapping[str, str]) -> ProviderRules:
    """Of the preset with this name. InputError where there is none, or a reply for nothing."""
    from ...accounts.presets import PRESETS

    mapping(lambda key, value: None, REPLIES)("replies", replies)
    preset = PRESETS.get(name)
    if preset is None:
        raise InputError(f"provider: no preset is named {name!r}; there are {', '.join(PRESETS)}")
    said = {**REPLIES, **replies}
    rules: list[RuleFields] = []
    if preset.only_sender:
        rules.append({"phase": "mail", "name": "sender", "from_is_user": False, "none_of": [{"user": ""}],
                      "reply": said["sender"]})  # fmt: skip
    for limit, window in _WINDOWS.items():
        most = getattr(preset.limits, limit)
        if most is not None:
            rules.append({"phase": "mail", "name": limit, "per": ["user"], "over": most, "within": window,
                          "reply": said["over_limit"]})  # fmt: skip
    if preset.limits.forbidden_attachments:
        globs = [f"*.{extension}" for extension in sorted(preset.limits.forbidden_attachments)]
        rules.append({"phase": "final", "name": "attachment", "attachments": globs, "reply": said["attachment"]})
    return ProviderRules(rules, preset.limits.recipients or 0, preset.limits.message_bytes or 0)

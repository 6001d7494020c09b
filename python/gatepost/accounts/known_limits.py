"""What the provider of a server allows, for an account of which only the URL is known."""

from __future__ import annotations

from dataclasses import fields

from .account import Account
from .presets import preset_of_server


def keep_known_limits(account: Account) -> str:
    """Fills what the account's limits leave open with those of its provider; what was filled, in words, or ""."""
    preset = preset_of_server(account.host, account.port)
    if preset is None:
        return ""
    own = account.limits
    account.limits = own.completed_by(preset.limits)
    taken = [one.name for one in fields(own) if getattr(own, one.name) != getattr(account.limits, one.name)]
    if not taken:
        return ""
    account._rules = {
        **{name: f"{preset.title}: {preset.sources.get(f'limits.{name}', 'preset')}" for name in taken},
        **account._rules,
    }
    words = [_WORDS[name].format(getattr(account.limits, name)) for name in taken if name in _WORDS]
    who = preset.title or preset.host
    account._limits_from = f"account {account.name} keeps to the limits of {who}: {', '.join(words) or 'attachments'}"
    return account._limits_from


_WORDS = {
    "per_minute": "{:,} letters a minute",
    "per_hour": "{:,} letters an hour",
    "per_day": "{:,} letters a day",
    "connections": "{:,} connections",
    "letters_per_connection": "{:,} letters a connection",
    "recipients": "{:,} recipients a letter",
    "message_bytes": "{:,} bytes a letter",
}

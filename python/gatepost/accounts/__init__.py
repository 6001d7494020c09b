"""SMTP accounts: URLs, provider presets, checks."""

from .account import Account
from .send import send

__all__ = ["Account", "send"]

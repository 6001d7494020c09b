"""SMTP accounts: URLs, provider presets, checks."""

from .account import Account
from .one_letter import send

__all__ = ["Account", "send"]

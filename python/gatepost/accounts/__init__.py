"""SMTP accounts: URLs, options, provider presets, checks."""

from .account import Account
from .auth import Auth
from .one_letter import send
from .options import AccountOptions
from .route import Route
from .timeouts import Timeouts
from .tls import Tls

__all__ = ["Account", "AccountOptions", "Auth", "Route", "Timeouts", "Tls", "send"]

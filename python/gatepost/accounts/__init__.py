"""SMTP accounts: URLs, options, provider presets, checks; and the accounts file, `gatepost.accounts["news"]`."""

from .account import Account
from .accounts_file import AccountsFile, UnknownAccount
from .auth import Auth
from .choice import Choice
from .file.entry import AccountEntry
from .known_limits import keep_known_limits
from .logs import LogOptions
from .oauth import SignInNeeded, TokenError
from .one_letter import send
from .opening import account_of
from .options import AccountOptions
from .room import accounts
from .route import Route
from .state_store import AccountPaused, AccountState
from .timeouts import Timeouts
from .tls import Tls

__all__ = [
    "Account",
    "AccountEntry",
    "AccountOptions",
    "AccountPaused",
    "AccountState",
    "AccountsFile",
    "Auth",
    "Choice",
    "LogOptions",
    "Route",
    "SignInNeeded",
    "Timeouts",
    "Tls",
    "TokenError",
    "UnknownAccount",
    "account_of",
    "accounts",
    "keep_known_limits",
    "send",
]

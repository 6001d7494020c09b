"""One account of the file: what its table says, and the Account it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from ...arguments import named, one_of
from ...errors import InputError
from ..account import Account
from ..logs import LogOptions
from ..oauth.provider import OAuthProvider
from ..oauth.settings import OAuthSettings
from .building import Secret, build_account, logs_in_by_oauth, oauth_of
from .fields import check_table, command

_NO_SECRET = "-"  # stands for the password where only the rest of an account is looked at


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """What the accounts file says of one account, checked. Secrets are not part of it."""

    name: str
    file: Path
    position: int  # in the file
    table: dict[str, Any]
    account: Account  # as it will be, but for its secrets and keys: nothing is sent through it

    @property
    def active(self) -> bool:
        """Whether it may be used at all."""
        return bool(self.table.get("active", True))

    @property
    def created(self) -> float:
        """Unix seconds; 0 where the file does not say."""
        return _unix(self.table["created"]) if "created" in self.table else 0.0

    @property
    def age(self) -> tuple[float, int]:
        """Grows from the oldest to the newest: by date, then by place in the file."""
        return self.created, self.position

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other addresses whose letters it takes: "ivan@ya.ru", "*@shop.example.com"."""
        return tuple(self.table.get("aliases", ()))

    @property
    def logs_in(self) -> bool:
        """Whether it needs a password."""
        account = self.account
        return bool(account.login) and account._password == _NO_SECRET

    @property
    def password_command(self) -> list[str] | None:
        """The command that says the password."""
        given = self.table.get("password_command")
        return None if given is None else command("password_command", given)

    @property
    def token_command(self) -> list[str] | None:
        """The command that says an access token."""
        given = self.table.get("auth", {}).get("token_command")
        return None if given is None else command("token_command", given)

    @property
    def oauth(self) -> tuple[OAuthSettings, OAuthProvider] | None:
        """The client and where it gets tokens; None where the account does not log in by OAuth."""
        return oauth_of(self.table) if logs_in_by_oauth(self.table) else None

    @property
    def log(self) -> LogOptions:
        """How its log is kept."""
        return LogOptions(**self.table.get("log", {}))

    def open(self, secret: Secret, token: Callable[[], str] | None) -> Account:
        """The account to send through. InputError where a secret, a key or a certificate is missing or wrong."""
        with named(f"{self.file}: [{self.name}]"):
            return build_account(self.name, self.table, self.file.parent, secret, token, keys=True)


def read_entry(name: str, table: object, file: Path, position: int) -> AccountEntry:
    """A table of the file. InputError names file, table and key."""
    with named(str(file)):
        if not isinstance(table, dict):
            raise InputError(f"{name!r} stands outside of a table; each account is one: a line [NAME] above its keys")
        if not name.strip() or not name.isprintable() or "://" in name:
            raise InputError(f"[{name!r}] is not a name for an account: printable text without '://'")
        check_table(name, table)
        with named(f"[{name}]"):
            if "created" in table:
                _unix(table["created"])
            LogOptions(**table.get("log", {}))
            if "password_command" in table:
                command("password_command", table["password_command"])
            token = None
            if "kind" in table.get("auth", {}):
                one_of("password", "oauth")("auth.kind", table["auth"]["kind"])
            if "client_id" in table.get("oauth", {}):
                OAuthSettings(**table["oauth"])
            if logs_in_by_oauth(table):
                oauth_of(table)
                token = lambda: _NO_SECRET  # noqa: E731
            elif "token_command" in table.get("auth", {}):
                command("auth.token_command", table["auth"]["token_command"])
                token = lambda: _NO_SECRET  # noqa: E731
            account = build_account(name, table, file.parent, lambda kind: _NO_SECRET, token, keys=False)
    return AccountEntry(name, file, position, table, account)


def _unix(day: date) -> float:
    moment = day if isinstance(day, datetime) else datetime.combine(day, time.min)
    try:
        return moment.timestamp()
    except (OverflowError, ValueError, OSError):
        raise InputError("created is not a date of our time") from None

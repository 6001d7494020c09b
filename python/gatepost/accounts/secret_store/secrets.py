"""Where the secret of an account is looked for, in order, and where a new one is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from ...arguments import secret_line
from ...errors import InputError
from .command import first_line
from .encrypted_file import EncryptedFile
from .system_keyring import SystemKeyring

KINDS = ("password", "proxy", "client secret", "tokens")


KEYRING = "the system's keyring"
"""The source of secrets that no file of ours has."""


class Found(NamedTuple):
    """A secret and who gave it."""

    value: str
    source: str

    def __repr__(self) -> str:
        return f"<secret from {self.source}>"


class Secrets:
    """The secrets of the accounts of one file. Kinds are "password", "proxy" (the password of a proxy), "client secret"
    and "tokens" (both of OAuth).

    Looked for in the environment (`GATEPOST_PASSWORD_NEWS` for an account "news"), with the account's own
    `password_command`, in the system's keyring (package `keyring`), and in an encrypted file (package `cryptography`).
    """

    def __init__(self, accounts: Path, folder: Path, names: Callable[[], Iterable[str]]) -> None:
        """`accounts`: the accounts file, as two may name an account alike; `folder`: of the encrypted file; `names`: of
        all accounts of the file."""
        self._names = names
        self._keyring = SystemKeyring(str(accounts))
        self._file = EncryptedFile(folder)

    def find(self, account: str, kind: str = "password", command: list[str] | None = None) -> Found | None:
        """The secret, or None where nobody has it. InputError where the one who has it does not give it."""
        variable = variable_of(account, kind)
        if kind != "tokens" and (value := os.environ.get(variable)):
            for other in self._names():
                if other != account and variable_of(other, kind) == variable:
                    raise InputError(
                        f"{variable} would be the {kind} of the accounts {account} and {other} alike; rename one of"
                        " them, or keep the secrets in the keyring"
                    )
            return Found(secret_line(variable, value), f"${variable}")
        if command is not None and kind == "password":
            return Found(first_line(command, f"account {account}: password_command"), "password_command")
        if (value := self._keyring.get(account, kind)) is not None:
            return Found(value, KEYRING)
        if (value := self._file.get(account, kind)) is not None:
            return Found(value, str(self._file.path))
        return None

    @property
    def trouble(self) -> str:
        """Why the system's keyring gave none at the last look; "" where it has none, or there is no keyring."""
        return self._keyring.trouble

    def missing(self, account: str, kind: str = "password") -> InputError:
        """What to say where nobody has it."""
        trouble = f" ({self._keyring.trouble})" if self._keyring.trouble else ""
        option = "--password" if kind == "password" else "--proxy-password"
        return InputError(
            f"account {account}: no {kind if kind == 'password' else 'password of its proxy'} found{trouble};"
            f" `gatepost account edit {account} {option}` keeps one, or set {variable_of(account, kind)}"
        )

    def keep(self, account: str, value: str, kind: str = "password") -> str:
        """Keeps a secret in the system's keyring, or else encrypted in a file; says where."""
        secret_line(kind, value)
        if not value:
            raise InputError(f"account {account}: the {kind} is empty")
        if self._keyring.set(account, kind, value):
            self._file.delete(account, kind)
            return KEYRING
        self._file.set(account, kind, value)
        return str(self._file.path)

    def forget(self, account: str) -> None:
        """Removes what `keep` kept."""
        for kind in KINDS:
            self._keyring.delete(account, kind)
            self._file.delete(account, kind)


def variable_of(account: str, kind: str = "password") -> str:
    """The environment's name for a secret: GATEPOST_PASSWORD_NEWS; a name beyond ASCII is in Punycode (RFC 3492)."""
    if not account.isascii():
        account = f"xn__{account.lower().encode('punycode').decode()}"
    what = {"proxy": "PROXY_PASSWORD", "client secret": "CLIENT_SECRET"}.get(kind, "PASSWORD")
    return f"GATEPOST_{what}_{re.sub(r'[^0-9A-Za-z]', '_', account).upper()}"

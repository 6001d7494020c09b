"""The keys of an account's table: what each takes, and which class of options checks it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from ...arguments import Check, flag, line, one_of, optional, refuse, text, texts, whole_number
from ...errors import InputError
from ...sending.limits import Limits
from ...sending.requests import SendRequests
from ..auth import Auth
from ..extensions import read_without
from ..logs import LogOptions
from ..oauth.settings import OAuthSettings
from ..route import Route
from ..timeouts import Timeouts
from ..tls import Tls

SECURITY = {"tls": "smtps", "starttls": "smtp+starttls", "starttls if offered": "smtp", "none": "smtp+plain"}
"""What the file calls it, and the scheme of a URL that means it."""


def _date(name: str, value: object) -> None:
    if not isinstance(value, date):  # a datetime is one
        raise refuse(name, "a date such as 2026-11-30", value)


def _security(name: str, value: object) -> None:
    one_of(*SECURITY)(name, value.lower() if isinstance(value, str) else value)


def command(name: str, value: object) -> list[str]:
    """A command and its arguments: a list, or one text that is split as a shell would."""
    import shlex

    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError as error:
            raise InputError(f"{name}: {error}") from None
    words = texts(name, value)
    if not words:
        raise refuse(name, "a command and its arguments", value)
    return words


KEYS: dict[str, Check] = {
    "active": flag,
    "created": _date,
    "preset": line,
    "url": text,
    "internal": flag,
    "host": line,
    "port": whole_number(1, 65535),
    "security": _security,
    "login": line,
    "sender": text,
    "aliases": texts,
    "allow_another_sender": flag,
    "only_sender": flag,
    "provider": line,
    "one_round_trip": optional(flag),
    "chunking": flag,
    "without": read_without,
    "password_command": command,
}
"""Keys that stand in the account's table itself."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table below the account's: the class of its options, keys besides, keys that may not stand in a file."""

    kind: type[Any]
    also: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """What may stand in it."""
        return [*(one.name for one in fields(self.kind) if one.name not in self.secret), *self.also]


SECTIONS = {
    "auth": Section(Auth, ("kind", "token_command"), ("access_token",)),
    "oauth": Section(OAuthSettings),
    "limits": Section(Limits),
    "tls": Section(Tls, ("ca_file", "certificate_file", "key_file"), ("key_pem",)),
    "route": Section(Route),
    "timeouts": Section(Timeouts),
    "requests": Section(SendRequests),
    "log": Section(LogOptions),
}
DKIM_KEYS = ("domain", "selector", "key_file", "identity", "header", "body", "valid_for", "default")
_DKIM_NEEDS = ("domain", "selector", "key_file")

_HINTS = {
    "password": "is not kept in the file; `gatepost account edit NAME --password` keeps it safe, and password_command,"
    " GATEPOST_PASSWORD_NAME or a keyring give it too",
    "access_token": "is not kept in the file; token_command gives one",
    "client_secret": "is not kept in the file; `gatepost account sign-in NAME --client-secret` keeps it safe, and"
    " GATEPOST_CLIENT_SECRET_NAME gives it too",
    "refresh_token": "is not kept in the file; `gatepost account sign-in NAME` gets one and keeps it safe",
    "key_pem": "is secret and not kept in the file; key_file names the file that has it",
}


def check_keys(table: str, given: Iterable[str], known: Collection[str]) -> None:
    """InputError for a key that is not known, with the one that was meant."""
    for key in given:
        if key in known:
            continue
        if key in _HINTS:
            raise InputError(f"[{table}] {key} {_HINTS[key]}")
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"keys are {', '.join(known)}"
        raise InputError(f"[{table}] {key!r} is not a key; {hint}")


def check_table(name: str, table: dict[str, Any]) -> None:
    """InputError names the table and the key that is wrong; the values of sections are checked by their classes."""
    check_keys(name, table, [*KEYS, *SECTIONS, "dkim"])
    for key, check in KEYS.items():
        if key in table:
            check(f"[{name}] {key}", table[key])
    for key, section in SECTIONS.items():
        if key in table:
            if not isinstance(table[key], dict):
                raise InputError(f"[{name}] {key} takes a table: [{name}.{key}] and a line for each key below it")
            check_keys(f"{name}.{key}", table[key], section.keys)
    _check_dkim(name, table.get("dkim", []))


def _check_dkim(name: str, tables: object) -> None:
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise InputError(f"[{name}] dkim takes tables: [[{name}.dkim]] for each key that signs")
    for one in tables:
        check_keys(f"{name}.dkim", one, DKIM_KEYS)
        for key in _DKIM_NEEDS:
            if key not in one:
                raise InputError(f"[[{name}.dkim]] has no {key}")

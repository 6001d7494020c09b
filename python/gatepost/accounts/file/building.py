"""From a table of the accounts file to the Account that it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ... import files
from ...arguments import named
from ...dkim import DkimSigner, SignerChoice
from ...errors import InputError, with_errno
from ...sending.limits import Limits
from ...sending.requests import SendRequests
from ..account import Account
from ..auth import Auth
from ..oauth.provider import OAuthProvider
from ..oauth.settings import OAuthSettings
from ..presets import preset_named
from ..route import Route
from ..timeouts import Timeouts
from ..tls import Tls
from ..url import parse_url
from .fields import SECURITY

Secret = Callable[[str], str | None]
"""Gives a secret by its kind: "password", "proxy"."""


def build_account(
    name: str, table: dict[str, Any], folder: Path, secret: Secret, token: Callable[[], str] | None, keys: bool
) -> Account:
    """`keys`: whether files of keys and certificates are read."""
    requests = SendRequests(**table["requests"]) if "requests" in table else None
    options: dict[str, Any] = {"name": name, "sender": table.get("sender")}
    options["auth"] = _auth(table.get("auth", {}), token)
    options["limits"] = Limits(**table.get("limits", {}))
    tls = table.get("tls", {})
    _check_switches(tls)
    options["tls"] = _tls(tls, folder) if keys else None
    options["route"] = _route(table.get("route", {}), secret)
    options["timeouts"] = Timeouts(**table.get("timeouts", {}))
    options["dkim"] = _dkim(table.get("dkim", ()), folder) if keys else ()
    for key in ("only_sender", "provider", "one_round_trip", "chunking", "without"):
        if key in table:
            options[key] = table[key]
    if "allow_another_sender" in table:
        if "only_sender" in table:
            raise InputError("allow_another_sender and only_sender; give one of them")
        options["only_sender"] = False if table["allow_another_sender"] else "replace"
    login = table.get("login")
    if "preset" in table:
        _alone("preset", table, "url", "internal", "port", "security")
        preset = table["preset"]
        needs = login or not preset_named(preset)[1].password
        password = secret("password") if needs and token is None and not _by_certificate(table) else None
        account = Account.preset(preset, host=table.get("host"), login=login, password=password, **options)
        account.requests = requests
        return account
    url = _url(table)
    login = login or parse_url(url).login or None
    password = secret("password") if login and token is None and not _by_certificate(table) else None
    account = Account(url, login=login, password=password, **options)
    account.requests = requests
    return account


def logs_in_by_oauth(table: dict[str, Any]) -> bool:
    """Whether the account's login needs an access token that a person's sign-in gave."""
    kind: str = table.get("auth", {}).get("kind", "oauth" if "oauth" in table else "password")
    return kind == "oauth"


def oauth_of(table: dict[str, Any]) -> tuple[OAuthSettings, OAuthProvider]:
    """The client of an account that logs in by OAuth, and where it gets tokens. InputError for what is missing."""
    known = preset_named(table["preset"])[1].oauth if "preset" in table else None
    if known is not None and known.register and not table.get("oauth", {}).get("client_id"):
        raise InputError(f"oauth.client_id is missing: register a client at {known.register}, and give its id here")
    settings = OAuthSettings(**table.get("oauth", {}))
    if "token_command" in table.get("auth", {}):
        raise InputError("auth.token_command and oauth; give one of them")
    if not (table.get("login") or parse_url(table.get("url", "smtps://localhost")).login):
        raise InputError("oauth needs a login: the address of the mailbox")
    return settings, settings.provider(known)


def with_whole_paths(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The same table for a file in another folder."""

    def whole(table: dict[str, Any]) -> dict[str, Any]:
        return {
            key: str(folder / Path(value).expanduser()) if key.endswith("_file") else value
            for key, value in table.items()
        }

    moved = dict(table)
    if "tls" in table:
        moved["tls"] = whole(table["tls"])
    if "dkim" in table:
        moved["dkim"] = [whole(one) for one in table["dkim"]]
    return moved


def _by_certificate(table: dict[str, Any]) -> bool:
    mechanisms = table.get("auth", {}).get("mechanisms", ())
    return "EXTERNAL" in ([mechanisms] if isinstance(mechanisms, str) else mechanisms)


def _alone(key: str, table: dict[str, Any], *others: str) -> None:
    for other in others:
        if other in table:
            raise InputError(f"{key} and {other}; give one of them")


def _url(table: dict[str, Any]) -> str:
    """Where the table says that the server is."""
    if "url" in table:
        _alone("url", table, "internal", "host", "port", "security")
        if parse_url(table["url"]).password:
            raise InputError(
                "url holds a password, which is not kept in the file; leave it out and give it to"
                " `gatepost account edit NAME --password`"
            )
        return str(table["url"])
    internal = table.get("internal", False)
    if "host" not in table and not internal:
        raise InputError("says nothing of its server; give preset, url, host, or internal = true for a server here")
    host, port = table.get("host", "localhost"), table.get("port")
    if internal and "sender" not in table:
        raise InputError("internal = true needs a sender address")
    usual = "none" if internal else "tls" if port in (None, 465) else "starttls"
    scheme = SECURITY[table.get("security", usual).lower()]
    where = f"[{host}]" if ":" in host else host
    return f"{scheme}://{where}" + (f":{port}" if port else "")


def _auth(table: dict[str, Any], token: Callable[[], str] | None) -> Auth:
    given = {key: value for key, value in table.items() if key not in ("kind", "token_command")}
    return Auth(**given, access_token=token)


def _tls(table: dict[str, Any], folder: Path) -> Tls:
    given = dict(table)
    for key in ("ca", "certificate", "key"):
        if f"{key}_file" in given:
            given[f"{key}_pem"] = _read(f"tls.{key}_file", folder / given.pop(f"{key}_file"))
    return Tls(**given)


def _check_switches(table: dict[str, Any]) -> None:
    """What can be wrong before a file is read."""
    Tls(**{key: value for key, value in table.items() if key in ("verify", "verify_name", "min_version", "resume")})


def _read(key: str, file: Path) -> str:
    try:
        return files.read_text(file.expanduser(), errors="replace")
    except OSError as error:
        raise with_errno(InputError(f"{key}: {file}: {error.strerror}"), error.errno) from None


def _route(table: dict[str, Any], secret: Secret) -> Route:
    route = Route(**table)
    if route.proxy is None or "@" not in route.proxy:
        return route
    login = route.proxy.partition("://")[2].rpartition("@")[0]
    if ":" in login:
        raise InputError(
            "route.proxy holds a password, which is not kept in the file; leave it out and give it to"
            " `gatepost account edit NAME --proxy-password`"
        )
    password = secret("proxy") or ""
    return Route(**{**table, "proxy": route.proxy.replace("@", f":{quote(password, safe='')}@", 1)})


def _dkim(tables: Sequence[dict[str, Any]], folder: Path) -> SignerChoice:
    signers: list[DkimSigner] = []
    otherwise: list[DkimSigner] = []
    for i, one in enumerate(tables):
        given = dict(one)
        chosen = otherwise if given.pop("default", False) else signers
        with named(f"dkim[{i}]"):
            chosen.append(DkimSigner(key=folder / Path(given.pop("key_file")).expanduser(), **given))
    return SignerChoice(signers, otherwise)

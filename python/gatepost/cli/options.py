"""Options that several commands share: accounts and the store. Secrets come from the environment or a prompt."""

from __future__ import annotations

import json
import os
import sys
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import files
from ..accounts import Account, AccountsFile, Tls, keep_known_limits
from ..accounts.extensions import read_without
from ..accounts.url import parse_url
from ..errors import InputError
from ..sending.limits import Limits
from .commands import noted, noted_store
from .output import note, warn

Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        "-a",
        callback=noted,
        help="Account by its name in the accounts file, or by URL (smtps://login@host:465); may be given several times."
        " Default: $GATEPOST_ACCOUNT. The password of a URL comes from it, $GATEPOST_PASSWORD (of several accounts"
        " $GATEPOST_PASSWORD_1, $GATEPOST_PASSWORD_2 ...) or a prompt.",
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        callback=noted,
        envvar="GATEPOST_CA",
        help="File with certificates (PEM) to trust besides the system's: of the server's own authority,"
        " or what `gatepost sink --ca` wrote.",
    ),
]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify/--no-verify",
        callback=noted,
        help="Whether servers must show a valid certificate. Without it, whoever stands between may read all.",
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        callback=noted,
        help="SMTP extension to leave unused (pipelining, chunking ...), for servers that break.",
    ),
]
StorePath = Annotated[
    str,
    typer.Option(
        "--store",
        "-s",
        callback=noted_store,
        envvar="GATEPOST_STORE",
        help="The ledger: a file path, or postgresql://...",
    ),
]


DnsTable = Annotated[
    Path | None,
    typer.Option(
        "--dns", help='Ask this JSON file instead of the DNS: {"example.com": "v=spf1 -all", "NAME MX": [..]}.'
    ),
]


def read_headers(given: list[str]) -> dict[str, str]:
    """ "Name: value" of each --header. InputError names one that is something else."""
    found = {}
    for one in given:
        name, colon, value = one.partition(":")
        if not colon or not name.strip() or not value.strip():
            raise InputError(f"--header {one!r}: 'Name: value', as in --header 'X-Tag: autumn'")
        found[name.strip()] = value.strip()
    return found


def read_dns_table(path: Path | None) -> dict[Any, Any] | None:
    """The table for a `gatepost.dns.TableResolver`; a key is a name, or a name and a type with a space between."""
    if path is None:
        return None
    try:
        table = json.loads(files.read_text(path))
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    if not isinstance(table, dict):
        raise InputError(f"{path}: not a JSON object")
    return table


def ask_password(whose: str, variable: str) -> str:
    """The password in the environment, or asked for; InputError where nobody is there to answer."""
    password = os.environ.get(variable, "")
    if not password and not sys.stdin.isatty():
        raise InputError(f"no password for {whose}: set {variable}")
    return password or typer.prompt(f"Password of {whose}", hide_input=True, err=True)


@dataclass(frozen=True)
class Through:
    """Through which accounts letters go, and how."""

    account: Accounts = None
    ca: CaFile = None
    verify: Verify = True
    without: Without = None
    max_per_minute: Annotated[
        int | None, typer.Option(callback=noted, min=1, help="Most letters through each account in any minute.")
    ] = None
    max_per_hour: Annotated[
        int | None, typer.Option(callback=noted, min=1, help="Most letters in any hour, likewise.")
    ] = None
    max_per_day: Annotated[
        int | None, typer.Option(callback=noted, min=1, help="Most letters in any 24 hours, likewise.")
    ] = None
    warm_up: Annotated[
        str | None,
        typer.Option(
            callback=noted,
            help="Most letters a day while servers do not know the account: '50 doubling to 10000', '50,100,500'.",
        ),
    ] = None
    provider_limits: Annotated[
        bool,
        typer.Option(callback=noted, help="Whether a URL of a known provider keeps to what that provider allows."),
    ] = True

    @property
    def limits(self) -> Limits:
        """What the options say of limits."""
        return Limits(
            per_minute=self.max_per_minute, per_hour=self.max_per_hour, per_day=self.max_per_day, warm_up=self.warm_up
        )


def open_accounts(through: Through, sender: str | None = None) -> list[Account]:
    """The accounts named on the command line or in the environment, passwords of URLs asked for where they are missing.

    Without any, the one of the accounts file that fits `sender`. All trust the certificates of the file of --ca too, or
    are not verified, which is told on standard error, as are limits that nobody asked for.
    """
    urls = through.account or os.environ.get("GATEPOST_ACCOUNT", "").split()
    if not urls and sender is not None and len(AccountsFile()):
        urls = [AccountsFile()._name_for(sender)]
    if not urls:
        raise InputError("no account: pass --account NAME or smtps://login@host:465, or set GATEPOST_ACCOUNT")
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        opened = [_open(url, number, len(urls), through) for number, url in enumerate(urls, 1)]
    for each in found:
        warn(str(each.message))
    for account in opened:
        if account._limits_from:
            note(f"{account._limits_from}; --max-per-hour and the like say otherwise, --no-provider-limits lifts them")
    return opened


def _open(url: str, number: int, of: int, through: Through) -> Account:
    tls = Tls(verify=through.verify, ca_pem="" if through.ca is None else files.read_text(through.ca, errors="replace"))
    accounts = AccountsFile()
    if "://" not in url and (url in accounts or ("@" not in url and len(accounts))):
        return _kept(accounts[url], tls, through)
    parsed = parse_url(url)
    password = parsed.password
    if parsed.login and not password:
        password = _password_of(f"{parsed.login} at {parsed.host}", number, of)
    account = Account(url, password=password, tls=tls, without=through.without or [], limits=through.limits)
    if through.provider_limits:
        keep_known_limits(account)
    return account


def _password_of(whose: str, number: int, of: int) -> str:
    """Each account's own: one account's secret is not shown to the server of another."""
    own = f"GATEPOST_PASSWORD_{number}"
    if of == 1 and not os.environ.get(own):
        own = "GATEPOST_PASSWORD"
    return ask_password(whose, own)


def _kept(account: Account, tls: Tls, through: Through) -> Account:
    """An account of the accounts file, with what the command line says besides."""
    account.tls = replace(account.tls, verify=account.tls.verify and tls.verify, ca_pem=account.tls.ca_pem + tls.ca_pem)
    account.without |= read_without("--without", through.without or [])
    account.limits = through.limits.completed_by(account.limits)
    return account

"""Options that several commands share: accounts and the store. Secrets come from the environment or a prompt."""

from __future__ import annotations

import json
import os
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from .. import files
from ..accounts import Account, AccountsFile, Tls
from ..accounts.extensions import read_without
from ..accounts.url import parse_url
from ..errors import InputError
from .output import warn

Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        "-a",
        help="Account by its name in the accounts file, or by URL (smtps://login@host:465); may be given several times."
        " Default: $GATEPOST_ACCOUNT. The password of a URL comes from it, $GATEPOST_PASSWORD or a prompt.",
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        envvar="GATEPOST_CA",
        help="File with certificates (PEM) to trust besides the system's: of the server's own authority,"
        " or what `gatepost sink --ca` wrote.",
    ),
]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify/--no-verify",
        help="Whether servers must show a valid certificate. Without it, whoever stands between may read all.",
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without", help="SMTP extension to leave unused (pipelining, chunking ...), for servers that break."
    ),
]
StorePath = Annotated[
    str, typer.Option("--store", "-s", envvar="GATEPOST_STORE", help="The ledger: a file path, or postgresql://...")
]


DnsTable = Annotated[
    Path | None,
    typer.Option(
        "--dns", help='Ask this JSON file instead of the DNS: {"example.com": "v=spf1 -all", "NAME MX": [..]}.'
    ),
]


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


def open_accounts(
    urls: list[str] | None,
    ca: Path | None = None,
    verify: bool = True,
    without: list[str] | None = None,
    sender: str | None = None,
) -> list[Account]:
    """The accounts named on the command line or in the environment, passwords of URLs asked for where they are missing.

    Without any, the one of the accounts file that fits `sender`. All trust the certificates of the file `ca` too, or
    are not `verify`-ed, which is told on standard error.
    """
    urls = urls or os.environ.get("GATEPOST_ACCOUNT", "").split()
    if not urls and sender is not None and len(AccountsFile()):
        urls = [AccountsFile()._name_for(sender)]
    if not urls:
        raise InputError("no account: pass --account NAME or smtps://login@host:465, or set GATEPOST_ACCOUNT")
    tls = Tls(verify=verify, ca_pem="" if ca is None else files.read_text(ca, errors="replace"))
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        opened = [_open(url, tls, without or []) for url in urls]
    for each in found:
        warn(str(each.message))
    return opened


def _open(url: str, tls: Tls, without: list[str]) -> Account:
    accounts = AccountsFile()
    if "://" not in url and (url in accounts or ("@" not in url and len(accounts))):
        return _kept(accounts[url], tls, without)
    parsed = parse_url(url)
    password = parsed.password
    if parsed.login and not password:
        password = ask_password(f"{parsed.login} at {parsed.host}", "GATEPOST_PASSWORD")
    return Account(url, password=password, tls=tls, without=without)


def _kept(account: Account, tls: Tls, without: list[str]) -> Account:
    """An account of the accounts file, with what the command line says besides."""
    account.tls = replace(account.tls, verify=account.tls.verify and tls.verify, ca_pem=account.tls.ca_pem + tls.ca_pem)
    account.without |= read_without("--without", without)
    return account

"""gatepost account add."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ...accounts.discovery import find_server
from ...dns import Resolver, resolver_of
from ...errors import InputError
from ...language import gettext as _
from ...shown import shown
from ..options import DnsTable, read_dns_table
from ..output import REFUSED, Json, console, print_json, spoken_errors
from .common import (
    Check,
    Name,
    PasswordStdin,
    SendTo,
    Set,
    ask_password,
    opened,
    say_findings,
    settings_of,
    source_words,
    try_out,
)
from .signing_in import Paste, sign_in_first


def add(
    name: Name,
    preset: Annotated[str | None, typer.Option(help="Provider; `gatepost account presets` lists them.")] = None,
    url: Annotated[str | None, typer.Option(help="Or a URL without password: smtps://login@host:465.")] = None,
    host: Annotated[str | None, typer.Option(help="Or a host.")] = None,
    port: Annotated[int | None, typer.Option(help="Its port.")] = None,
    security: Annotated[str | None, typer.Option(help="tls, starttls, 'starttls if offered' or none.")] = None,
    internal: Annotated[bool, typer.Option("--internal", help="The mail server of this machine.")] = False,
    login: Annotated[str | None, typer.Option(help="Login.")] = None,
    sender: Annotated[str | None, typer.Option(help='"News <news@example.com>"; default: the login.')] = None,
    alias: Annotated[list[str] | None, typer.Option(help="Another address whose letters it takes.")] = None,
    ca: Annotated[Path | None, typer.Option("--ca", help="File with certificates (PEM) to trust besides.")] = None,
    oauth: Annotated[
        bool, typer.Option("--oauth", help="Log in by OAuth 2.0: somebody signs in at the provider now.")
    ] = False,
    client_id: Annotated[
        str | None, typer.Option(help="Id of your OAuth client there; its secret is asked for, if it has one.")
    ] = None,
    paste: Paste = False,
    set_: Set = None,
    password_stdin: PasswordStdin = False,
    check: Check = True,
    send_to: SendTo = None,
    dns: DnsTable = None,
    as_json: Json = False,
) -> None:
    """Add an account, once it has connected and logged in.

    The server is found by the login's domain, its MX or SRV records, where neither --preset, --url, --host nor
    --internal is given. The password is asked for, or comes from --password-stdin or $GATEPOST_PASSWORD; with --oauth
    this is the secret of the client, from --password-stdin or $GATEPOST_CLIENT_SECRET.
    """
    with spoken_errors():
        accounts = opened()
        if name in accounts:
            taken = _("there is an account {name} already; `gatepost account edit {name}` changes it")
            raise InputError(taken.format(name=name))
        given: dict[str, Any] = {
            "preset": preset, "url": url, "host": host, "port": port, "security": security,
            "internal": internal or None, "login": login, "sender": sender, "aliases": alias,
            "auth.kind": "oauth" if oauth else None, "oauth.client_id": client_id,
            "tls.ca_file": None if ca is None else str(ca.absolute()), **settings_of(set_ or ()),
        }  # fmt: skip
        settings = {key: value for key, value in given.items() if value is not None}
        found = _find_server(settings, resolver_of(read_dns_table(dns)))
        entry = accounts._draft(name, settings)
        secrets: dict[str, str] = {}
        if entry.logs_in and entry.password_command is None:
            whose = _("{login} at {host}").format(login=entry.account.login, host=entry.account.host)
            secrets["password"] = ask_password(whose, password_stdin)
        if check and entry.oauth is not None:
            secrets = sign_in_first(accounts, entry, paste, password_stdin)
        findings = found
        if check:
            findings = found + try_out(accounts._open(entry, secrets, watched=False), send_to, saves=True)
        accounts._add(name, settings, secrets)
        kind = "password" if entry.logs_in else "tokens"
        where = accounts._secrets.find(name, kind, entry.password_command) if secrets or entry.logs_in else None
        if as_json:
            print_json({"name": name, "file": str(accounts.path), "findings": findings,
                        f"{kind}_from": where.source if where else None})  # fmt: skip
            return
        say_findings(findings)
        console.print(_("Account {name} is in {file}.").format(name=name, file=accounts.path))
        if where:
            words = _("Its password is kept: {where}.") if entry.logs_in else _("Its tokens are kept: {where}.")
            console.print(words.format(where=source_words(where.source)))
        if entry.oauth is not None and not secrets:
            console.print(_("Nobody has signed in: gatepost account sign-in {name}").format(name=name))


def _find_server(settings: dict[str, Any], resolver: Resolver) -> list[str]:
    """Sets where the server is where nothing says so; what was found, in words."""
    if {"preset", "url", "host", "internal"} & set(settings):
        return []
    address = str(settings.get("login") or settings.get("sender") or "").rstrip(">")
    trouble = ""
    if "@" in address:
        found = find_server(address, resolver)
        if found.elsewhere:
            _agree(found.findings[0], found.settings)
        if found.settings:
            settings.update(found.settings)
            return found.findings
        if found.trouble:
            trouble = " " + _("(the DNS did not answer: {error})").format(error=found.trouble)
    raise InputError(_("where is its server? pass --preset, --url, --host or --internal") + trouble)


def _agree(finding: str, settings: dict[str, Any]) -> None:
    """A host of another domain gets the password only where a person says so (RFC 6186 §6)."""
    if not sys.stdin.isatty():
        say = " ".join(f"--{key} {value}" for key, value in settings.items())
        words = _("{finding}; the DNS alone is not trusted with a host of another domain: pass {options}")
        raise InputError(words.format(finding=finding, options=say))
    if not typer.confirm(_("{finding}. Is that right?").format(finding=shown(finding)), err=True):
        raise typer.Exit(REFUSED)

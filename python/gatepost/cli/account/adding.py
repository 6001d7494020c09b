"""gatepost account add."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...accounts.presets import preset_by_mx, preset_named, preset_of_domain
from ...addresses import domain_of
from ...dns import Resolver, TemporaryDnsError, resolver_of
from ...errors import InputError
from ...language import gettext as _
from ..options import DnsTable, read_dns_table
from ..output import Json, console, print_json, spoken_errors
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
    set_: Set = None,
    password_stdin: PasswordStdin = False,
    check: Check = True,
    send_to: SendTo = None,
    dns: DnsTable = None,
    as_json: Json = False,
) -> None:
    """Add an account, once it has connected and logged in.

    The provider is found by the login's domain, or its MX records, where neither --preset, --url, --host nor --internal
    is given. The password is asked for, or comes from --password-stdin or $GATEPOST_PASSWORD.
    """
    with spoken_errors():
        accounts = opened()
        if name in accounts:
            taken = _("there is an account {name} already; `gatepost account edit {name}` changes it")
            raise InputError(taken.format(name=name))
        given: dict[str, Any] = {
            "preset": preset, "url": url, "host": host, "port": port, "security": security,
            "internal": internal or None, "login": login, "sender": sender, "aliases": alias,
            "tls.ca_file": None if ca is None else str(ca.absolute()), **settings_of(set_ or ()),
        }  # fmt: skip
        settings = {key: value for key, value in given.items() if value is not None}
        found = _find_preset(settings, resolver_of(read_dns_table(dns)))
        entry = accounts._draft(name, settings)
        password = None
        if entry.logs_in and entry.password_command is None:
            whose = _("{login} at {host}").format(login=entry.account.login, host=entry.account.host)
            password = ask_password(whose, password_stdin)
        findings = found
        if check:
            secrets = {} if password is None else {"password": password}
            findings = found + try_out(accounts._open(entry, secrets, watched=False), send_to, saves=True)
        accounts.add(name, settings, password=password)
        where = accounts._secrets.find(name, command=entry.password_command) if entry.logs_in else None
        if as_json:
            print_json({"name": name, "file": str(accounts.path), "findings": findings,
                        "password_from": where.source if where else None})  # fmt: skip
            return
        say_findings(findings)
        console.print(_("Account {name} is in {file}.").format(name=name, file=accounts.path))
        if where:
            console.print(_("Its password is kept: {where}.").format(where=source_words(where.source)))


def _find_preset(settings: dict[str, Any], resolver: Resolver) -> list[str]:
    """Sets the preset where nothing says where the server is; what was found, in words."""
    if {"preset", "url", "host", "internal"} & set(settings):
        return []
    address = str(settings.get("login") or settings.get("sender") or "").rstrip(">")
    trouble = ""
    if "@" in address:
        domain = domain_of(address)
        if (found := preset_of_domain(domain)) is not None:
            settings["preset"] = found
            return []
        try:
            by_mx = preset_by_mx(domain, resolver)
        except TemporaryDnsError as error:
            by_mx, trouble = None, " " + _("(the DNS did not answer: {error})").format(error=error)
        if by_mx is not None:
            settings["preset"], host = by_mx
            words = _("the mail of {domain} is at {provider}, as its MX {host} says")
            return [words.format(domain=domain, provider=preset_named(by_mx[0])[1].title, host=host)]
    raise InputError(_("where is its server? pass --preset, --url, --host or --internal") + trouble)

"""What the commands about accounts share: settings on the command line, passwords that never stand there."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from ...accounts import Account, AccountsFile
from ...accounts.presets import preset_of_server
from ...accounts.secret_store.secrets import KEYRING
from ...errors import AuthError, ConnectError, InputError, SendError
from ...language import gettext as _
from ..output import console, fail, in_options

Name = Annotated[str, typer.Argument(help="The account's name.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", help="KEY=VALUE as in the file: limits.per_hour=20; may be given several times."),
]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
Check = Annotated[bool, typer.Option("--check/--no-check", help="Connect and log in before anything is saved.")]
SendTo = Annotated[str | None, typer.Option(help="Also send a test letter there.")]


def settings_of(given: Iterable[str]) -> dict[str, Any]:
    """KEY=VALUE; a value is read as TOML, and else is text."""
    settings = {}
    for one in given:
        key, sign, value = one.partition("=")
        if not sign or not key.strip():
            raise InputError(_("--set {given}: KEY=VALUE, as in --set limits.per_hour=20").format(given=repr(one)))
        settings[key.strip()] = _value(value.strip())
    return settings


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def ask_password(whose: str, from_stdin: bool, of_client: bool = False) -> str:
    """From standard input, the environment, or a person; InputError where nobody answers. `of_client`: the secret of an
    OAuth client."""
    variable = "GATEPOST_CLIENT_SECRET" if of_client else "GATEPOST_PASSWORD"
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise InputError(_("--password-stdin: nothing there"))
        return password
    if password := os.environ.get(variable, ""):
        return password
    if not sys.stdin.isatty():
        words = (
            _("no secret for {whose}: pass --password-stdin or set {variable}")
            if of_client
            else _("no password for {whose}: pass --password-stdin or set {variable}")
        )
        raise InputError(words.format(whose=whose, variable=variable))
    words = _("Secret of {whose}") if of_client else _("Password of {whose}")
    return str(typer.prompt(words.format(whose=whose), hide_input=True, err=True))


def try_out(account: Account, send_to: str | None, saves: bool = False) -> list[str]:
    """Checks an account; a failure ends the command with what its provider wants people to do first."""
    try:
        return account.check(send_to)
    except SendError as error:
        preset = preset_of_server(account.host, account.port)
        advice = ""
        if preset is not None and preset.advice and isinstance(error, AuthError):
            advice = f"\n{preset.title}: {preset.advice}"
        elif preset is not None and preset.smtp is not None and isinstance(error, ConnectError):
            ports = ", ".join(f"{port} ({how})" for port, how in preset.smtp.also if how != "none")
            words = _("{provider} also takes port {ports}: --set host=... --set port=...")
            advice = "\n" + words.format(provider=preset.title, ports=ports) if ports else ""
        code = 3 if isinstance(error, ConnectError) or error.failure.scope == "session" else 1
        end = "\n" + _("Nothing was saved; --no-check saves it unchecked.") if saves else ""
        fail(f"{in_options(str(error))}{advice}{end}", code)


def say_findings(findings: Iterable[str]) -> None:
    """One line each."""
    for finding in findings:
        console.print(finding)


def source_words(source: str) -> str:
    """Where a password is, in the language of the moment."""
    return _("the system's keyring") if source == KEYRING else source


def opened() -> AccountsFile:
    """The accounts file of the moment."""
    return AccountsFile()

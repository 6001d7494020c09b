"""gatepost account sign-in: a person signs in at the provider of an account that logs in by OAuth."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import Annotated

import typer
from rich.text import Text

from ...accounts import AccountEntry, AccountsFile
from ...accounts.oauth import KeptTokens
from ...accounts.oauth.kept import CLIENT_SECRET, TOKENS
from ...accounts.oauth.page import SignInPage
from ...accounts.oauth.sign_in import sign_in
from ...errors import InputError
from ..output import console, errors, spoken_errors
from .common import Name, PasswordStdin, ask_password, opened

Paste = Annotated[
    bool,
    typer.Option("--paste", help="The browser is on another machine: ask for the address at which it ended."),
]


def sign_in_(
    name: Name,
    client_secret: Annotated[
        bool, typer.Option("--client-secret", help="Ask for the secret of the OAuth client, and keep it.")
    ] = False,
    paste: Paste = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Sign in at the provider of an account that logs in by OAuth; its tokens are kept as passwords are."""
    with spoken_errors():
        accounts = opened()
        tokens = accounts._tokens(accounts.entry(name))
        secret = None
        if client_secret or password_stdin or (tokens is not None and _misses_secret(tokens)):
            secret = _ask_secret(name, password_stdin)
        where = accounts.sign_in(name, show_page, ask=_asked if paste else None, client_secret=secret)
        console.print(f"Signed in; the tokens of account {name} are kept: {where}.")


def sign_in_first(accounts: AccountsFile, entry: AccountEntry, paste: bool, from_stdin: bool) -> dict[str, str]:
    """Has a person sign in for an account that is not saved yet; its secrets by kind."""
    secrets: dict[str, str] = {TOKENS: ""}
    tokens = accounts._tokens(entry, secrets)
    if tokens is None:
        raise InputError(f"account {entry.name} does not log in by OAuth")
    if from_stdin or _misses_secret(tokens):
        secrets[CLIENT_SECRET] = _ask_secret(entry.name, from_stdin)
    tokens.keep(sign_in(tokens, show_page, _asked if paste else None))
    return secrets


def show_page(page: SignInPage) -> None:
    """What the person has to do, on standard error; a browser is opened where there is one and nothing is typed."""
    if page.code:
        errors.print(Text.assemble("Open ", (page.page, "bold"), " on any device and type the code ",
                                   (page.code, "bold"), "; waiting."), soft_wrap=True)  # fmt: skip
        return
    errors.print(
        Text.assemble("Open this page in a browser and sign in; waiting.\n", (page.page, "bold")), soft_wrap=True
    )
    if sys.stderr.isatty() and _has_screen():
        webbrowser.open(page.page)


def _has_screen() -> bool:
    """Else a browser in the terminal would open, in the midst of ours."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))


def _asked() -> str:
    """The address of a browser on another machine."""
    return str(typer.prompt("The address at which the browser ended (http://...)", err=True))


def _misses_secret(tokens: KeptTokens) -> bool:
    return tokens.provider.secret and not tokens.place.kept(CLIENT_SECRET)


def _ask_secret(name: str, from_stdin: bool) -> str:
    return ask_password(f"the OAuth client of {name}", from_stdin, "GATEPOST_CLIENT_SECRET", "secret")

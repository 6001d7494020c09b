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
from ...language import gettext as _
from ..output import console, errors, spoken_errors
from .common import Name, PasswordStdin, ask_password, opened, source_words

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
        words = _("Signed in; the tokens of account {name} are kept: {where}.")
        console.print(words.format(name=name, where=source_words(where)))


def sign_in_first(accounts: AccountsFile, entry: AccountEntry, paste: bool, from_stdin: bool) -> dict[str, str]:
    """Has a person sign in for an account that is not saved yet; its secrets by kind."""
    secrets: dict[str, str] = {TOKENS: ""}
    tokens = accounts._tokens(entry, secrets)
    if tokens is None:
        raise InputError(_("account {name} does not log in by OAuth").format(name=entry.name))
    if from_stdin or _misses_secret(tokens):
        secrets[CLIENT_SECRET] = _ask_secret(entry.name, from_stdin)
    tokens.keep(sign_in(tokens, show_page, _asked if paste else None))
    return secrets


def show_page(page: SignInPage) -> None:
    """What the person has to do, on standard error; a browser is opened where there is one and nothing is typed."""
    if page.code:
        words = _("Open {page} on any device and type the code {code}; waiting.")
        _say(words.format(page=page.page, code=page.code), page)
        return
    _say(_("Open this page in a browser and sign in; waiting.") + f"\n{page.page}", page)
    if sys.stderr.isatty() and _has_screen():
        webbrowser.open(page.page)


def _say(words: str, page: SignInPage) -> None:
    """In a terminal page and code stand out."""
    text = Text(words)
    text.highlight_words([one for one in (page.page, page.code) if one], "bold")
    errors.print(text, soft_wrap=True)


def _has_screen() -> bool:
    """Else a browser in the terminal would open, in the midst of ours."""
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ))


def _asked() -> str:
    """The address of a browser on another machine."""
    return str(typer.prompt(_("The address at which the browser ended (http://...)"), err=True))


def _misses_secret(tokens: KeptTokens) -> bool:
    return tokens.provider.secret and not tokens.place.kept(CLIENT_SECRET)


def _ask_secret(name: str, from_stdin: bool) -> str:
    return ask_password(_("the OAuth client of {name}").format(name=name), from_stdin, of_client=True)

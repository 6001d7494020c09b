"""A person signs in at the provider of an account."""

from __future__ import annotations

import time
from collections.abc import Callable

from ...language import gettext as _
from .errors import SignInNeeded, TokenError
from .kept import KeptTokens
from .page import SignInPage
from .tokens import Tokens


def sign_in(
    tokens: KeptTokens,
    show: Callable[[SignInPage], None],
    ask: Callable[[], str] | None = None,
    client_secret: str | None = None,
) -> Tokens:
    """What the provider gives once a person has signed in; nothing is kept yet. See `AccountsFile.sign_in`."""
    server = tokens.server(client_secret)
    try:
        if tokens.provider.flow == "device":
            from .device import device_sign_in

            reply = device_sign_in(server, show)
        else:
            from .browser import browser_sign_in

            reply = browser_sign_in(server, show, ask)
        return Tokens.from_reply(reply, time.time())
    except TokenError as error:
        kind = SignInNeeded if isinstance(error, SignInNeeded) else TokenError
        words = _("account {name}: not signed in: {why}").format(name=tokens.account, why=error)
        raise kind(words, error.permanent, error.code) from None

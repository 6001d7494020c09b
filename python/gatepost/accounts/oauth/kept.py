"""The tokens of one account, kept fresh over threads and processes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from ...errors import InputError
from ...language import gettext as _
from ...sending.tokens import AccessToken
from ..file.lock import locked
from .errors import SignInNeeded, TokenError
from .provider import OAuthProvider
from .tokens import Tokens

if TYPE_CHECKING:
    from .server import TokenServer

_log = logging.getLogger(__name__)
_PATIENCE = 60.0  # another process may be asking; a request takes 15 s at most

TOKENS = "tokens"
CLIENT_SECRET = "client secret"
"""Kinds of secrets in the secret store."""


class SecretPlace(Protocol):
    """Where an account's secrets are kept."""

    @property
    def trouble(self) -> str:
        """Why nothing was found there, where that is worth saying."""

    def kept(self, kind: str) -> str | None:
        """The secret; None where there is none."""

    def keep(self, kind: str, value: str) -> str:
        """Keeps it; says where."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptTokens:
    """Gives access tokens of one account, renewed before they end by whoever needs one first; the others wait for it
    and use the same."""

    account: str
    provider: OAuthProvider
    client_id: str
    place: SecretPlace
    folder: Path
    failed: Callable[[str], None]  # told what a person has to know

    def __call__(self) -> str:
        """An access token."""
        return self.fresh("").value

    def __repr__(self) -> str:
        return f"<KeptTokens of account {self.account}>"

    def fresh(self, refused: str) -> AccessToken:
        """An access token other than the one that the mail server `refused` ("": none was). TokenError where there is
        none."""
        tokens = self._good(refused)
        if tokens is None:
            with locked(self.folder / f"tokens {quote(self.account, safe=' @+')}", _PATIENCE):
                tokens = self._good(refused) or self._renewed()
        return AccessToken(tokens.access, tokens.renew_at)

    def read(self) -> Tokens | None:
        """What is kept now."""
        text = self.place.kept(TOKENS)
        return None if text is None else Tokens.from_text(text)

    def keep(self, tokens: Tokens) -> str:
        """Keeps what a sign-in gave; says where."""
        return self.place.keep(TOKENS, tokens.to_text())

    def server(self, client_secret: str | None = None) -> TokenServer:
        """The provider's token server. InputError where the client's secret, or a package, is missing."""
        from .server import TokenServer

        secret = client_secret if client_secret is not None else self.place.kept(CLIENT_SECRET) or ""
        if self.provider.secret and not secret:
            words = _(
                "account {name}: its OAuth client has a secret, and nobody has it;"
                " `gatepost account sign-in {name} --client-secret` asks for it"
            )
            raise InputError(words.format(name=self.account))
        return TokenServer(self.provider, self.client_id, secret)

    def _good(self, refused: str) -> Tokens | None:
        tokens = self.read()
        return tokens if tokens is not None and tokens.good(time.time()) and tokens.access != refused else None

    def _renewed(self) -> Tokens:
        tokens = self.read()
        if tokens is None:
            raise self._sign_in(self.place.trouble or _("nobody has signed in"))
        if tokens.refused:
            raise self._sign_in(tokens.refused)
        if not tokens.refresh:
            raise self._sign_in(_("the access token is over, and the provider gave no refresh token"))
        try:
            new = Tokens.from_reply(self.server().refresh(tokens.refresh), time.time(), tokens.refresh)
        except SignInNeeded as error:
            self._keep_or_warn(replace(tokens, refused=str(error)))
            raise self._sign_in(str(error)) from None
        except TokenError as error:
            words = _("account {name}: no access token: {why}").format(name=self.account, why=error)
            self.failed(words)
            raise TokenError(words, error.permanent) from None
        self._keep_or_warn(new)
        _log.info("account %s: a new access token", self.account)
        return new

    def _keep_or_warn(self, tokens: Tokens) -> None:
        """A letter that waits is sent all the same; the next process may have to ask a person."""
        try:
            self.keep(tokens)
        except (InputError, OSError) as error:
            _log.warning("account %s: its new tokens could not be kept: %s", self.account, error)

    def _sign_in(self, why: str) -> SignInNeeded:
        words = _(
            "account {name}: its provider gives no access token ({why}); somebody has to sign in:"
            " `gatepost account sign-in {name}`"
        ).format(name=self.account, why=why)
        self.failed(words)
        return SignInNeeded(words)

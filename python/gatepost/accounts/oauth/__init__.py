"""OAuth 2.0 for accounts: where a provider gives tokens, how a person signs in, how tokens are kept fresh."""

from .errors import SignInNeeded, TokenError
from .kept import KeptTokens
from .provider import OAuthProvider
from .settings import OAuthSettings
from .tokens import Tokens

__all__ = ["KeptTokens", "OAuthProvider", "OAuthSettings", "SignInNeeded", "TokenError", "Tokens"]

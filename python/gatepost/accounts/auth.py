"""How an account logs in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .. import _core
from ..arguments import flag, line, optional, refuse, some_of, words
from ..errors import InputError
from ..options import SECRET, Options, check_fields, put
from .token import TokenSource, check_token

MECHANISMS = (
    *("SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1"),
    *("EXTERNAL", "OAUTHBEARER", "XOAUTH2", "CRAM-MD5", "PLAIN", "LOGIN"),
)
"""Those that the core speaks."""

_UNSPOKEN = ("NTLM", "GSSAPI", "GSS-SPNEGO", "GS2-KRB5", "KERBEROS_V4")
"""Those of Windows domains."""


def _token(name: str, value: object) -> None:
    if isinstance(value, str):
        check_token(value)
    elif not callable(value):
        raise refuse(name, "a str or a function that returns one", value, secret=True)


def _mechanisms(name: str, value: object) -> None:
    for mechanism in words(name, value):
        if mechanism in _UNSPOKEN:
            raise InputError(f"{name}: gatepost does not speak {mechanism}; there are {', '.join(MECHANISMS)}")
    some_of(*MECHANISMS)(name, value)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Auth(Options):
    """How an account logs in (RFC 4954).

    Raises InputError for a wrong type or value; the message never shows a token.

    Args:
        access_token: OAuth 2.0 access token to use instead of a password: a str, or a function that returns one. The
            function is called before the first login, and again when the server refuses the token. Default: none.
        authzid: Identity to act for, if it is another than the login (RFC 4422 §3.4.1). Default: "".
        mechanisms: Names of the mechanisms that may be used: "PLAIN", or ["SCRAM-SHA-256", "LOGIN"]. Default: all; the
            strongest that the server offers is taken.
        allow_cleartext: Whether passwords and tokens may be sent without TLS. Default: None, which means only to this
            machine.
    """

    access_token: TokenSource | None = field(default=None, metadata=SECRET)
    authzid: str = ""
    mechanisms: str | Sequence[str] = ()
    allow_cleartext: bool | None = None

    def __post_init__(self) -> None:
        put(self, "mechanisms", tuple(name.upper() for name in words("auth.mechanisms", self.mechanisms)))
        check_fields(
            self,
            "auth",
            {
                "access_token": optional(_token),
                "authzid": line,
                "mechanisms": _mechanisms,
                "allow_cleartext": optional(flag),
            },
        )

    def _fill(self, session: _core.ClientOptions, near: bool) -> None:
        """Sets the engine's options but for the token; `near`: the server is on this machine."""
        session.identity.authzid = self.authzid
        session.mechanisms = list(self.mechanisms)
        session.allow_cleartext_auth = near if self.allow_cleartext is None else self.allow_cleartext

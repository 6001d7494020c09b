"""Why an account has no access token."""

from __future__ import annotations

from typing import Any

from ...errors import GatepostError


class TokenError(GatepostError):
    """The provider gave no access token. `permanent`: it will not before somebody changes something; else try later.
    `code`: the provider's own word, "invalid_client" (RFC 6749 §5.2); "" where it said none."""

    def __init__(self, words: str, permanent: bool = False, code: str = "") -> None:
        super().__init__(words)
        self.permanent, self.code = permanent, code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.permanent, self.code)


class SignInNeeded(TokenError):
    """A person has to sign in (again) before the account gets access tokens; the text says how."""

    def __init__(self, words: str, permanent: bool = True, code: str = "") -> None:
        super().__init__(words, permanent, code)

"""Tokens as a provider gives them and as they are kept."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...errors import InputError
from ..token import check_token
from .errors import TokenError

_MOST_LIFE = 10 * 365 * 86_400.0  # seconds
_EARLIER = 300.0  # a token is renewed that much before it ends, or after nine tenths of a short life
_MOST_CHARACTERS = 16_384


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What a provider gave. Times are Unix seconds."""

    access: str
    refresh: str = ""
    renew_at: float | None = None  # None: the provider does not say how long it is good
    refused: str = ""  # why the provider renews it no more

    def __repr__(self) -> str:
        return f"<Tokens ****{', refused' if self.refused else ''}>"

    def good(self, now: float) -> bool:
        """Whether the access token may be used now."""
        return bool(self.access) and (self.renew_at is None or now < self.renew_at)

    def to_text(self) -> str:
        """As the secret store keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Tokens | None:
        """What was kept; None where it cannot be read."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError, RecursionError):
            return None

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any], now: float, before: str = "") -> Tokens:
        """Of a token server's reply (RFC 6749 §5.1); `before`: the refresh token that goes on where it gives no other.

        TokenError for a reply of another form, which is never shown.
        """
        kind = reply.get("token_type", "bearer")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise TokenError("the token server gave a token of a kind other than Bearer", permanent=True)
        access, refresh = reply.get("access_token"), reply.get("refresh_token") or before
        try:
            for token in (access, *([refresh] if refresh else [])):
                check_token(token)
        except InputError:
            raise TokenError("the token server gave something that is not a token") from None
        if len(access or "") + len(refresh) > _MOST_CHARACTERS:
            raise TokenError("the token server gave a token that is too long")
        life = seconds_of(reply.get("expires_in"))
        return cls(str(access), refresh, None if life is None else now + life - min(_EARLIER, life / 10))


def seconds_of(given: object) -> float | None:
    """A number of seconds, which some servers give as text; None where it is none."""
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float | str)
        or (isinstance(given, str) and len(given) > 20)
    ):
        return None
    try:
        seconds = float(given)
    except (ValueError, OverflowError):
        return None
    return min(seconds, _MOST_LIFE) if math.isfinite(seconds) and seconds > 0 else None

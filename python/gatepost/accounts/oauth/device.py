"""Signing in on another device: a code, and a page where a person types it (RFC 8628)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ...errors import InputError
from ...language import gettext as _
from ...shown import shown
from .errors import SignInNeeded, TokenError
from .page import SignInPage
from .provider import safe_url
from .server import NOT_REACHED, TokenServer
from .tokens import seconds_of

_LEAST, _MOST = 1.0, 60.0  # seconds between two questions
_USUAL = 5.0
_SLOWER = 5.0
_LONGEST = 3600.0


def device_sign_in(
    server: TokenServer, show: Callable[[SignInPage], None], sleep: Callable[[float], None] = time.sleep
) -> Mapping[str, Any]:
    """The token server's reply once a person has signed in. SignInNeeded where they refused or were too late."""
    codes = server.device_codes()
    device_code, user_code = _text(codes, "device_code"), _text(codes, "user_code")
    page = _text(codes, "verification_uri") if "verification_uri" in codes else _text(codes, "verification_url")
    try:
        safe_url("the token server's page", page)
    except InputError as error:
        raise TokenError(str(error)) from None
    end = time.monotonic() + min(seconds_of(codes.get("expires_in")) or 600.0, _LONGEST)
    wait = min(max(seconds_of(codes.get("interval")) or _USUAL, _LEAST), _MOST)
    show(SignInPage(shown(page), shown(user_code)))
    while True:
        if time.monotonic() + wait > end:
            raise SignInNeeded(_("the code was not used in time; try again"))
        sleep(wait)
        try:
            return server.device_token(device_code)
        except TokenError as error:
            if error.code == "slow_down":
                wait = min(wait + _SLOWER, _MOST)
            elif error.code == NOT_REACHED:
                wait = min(wait * 2, _MOST)
            elif error.code == "expired_token":
                raise SignInNeeded(_("the code was not used in time; try again")) from None
            elif error.code in ("access_denied", "authorization_declined"):
                raise SignInNeeded(_("somebody refused it at the provider's page")) from None
            elif error.code != "authorization_pending":
                raise


def _text(codes: Mapping[str, Any], key: str) -> str:
    value = codes.get(key)
    if not isinstance(value, str) or not value or len(value) > 4096 or not value.isprintable():
        raise TokenError(f"the token server gave no {key}")
    return value

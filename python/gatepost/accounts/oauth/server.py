"""A provider's token server, asked with care: whatever it answers, only a small JSON object counts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ...errors import InputError
from ...shown import shown
from .errors import SignInNeeded, TokenError
from .provider import OAuthProvider, safe_url

try:
    from authlib.integrations.requests_client import OAuth2Session
    from requests import PreparedRequest, RequestException, Response
    from requests.adapters import HTTPAdapter
except ImportError:
    raise InputError("OAuth needs packages that are not there: pip install 'gatepost[oauth]'") from None

_SECONDS = 15.0  # for each request
_MOST_BYTES = 1 << 16

_PERSON = ("invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied")
"""Codes after which a person has to sign in again (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6)."""

NOT_REACHED = "not_reached"
"""Our own code where no answer came."""

_SETTINGS = ("invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type", "invalid_request")
"""Codes that speak of how the client is registered or set up."""


class TokenServer:
    """Asks one provider for tokens for one client. What it says is shown with secrets masked; they are never shown."""

    def __init__(self, provider: OAuthProvider, client_id: str, client_secret: str) -> None:
        self.provider = provider
        self.client_id = client_id
        self._secrets = [client_secret] if client_secret else []
        self._session = _Session(
            client_id,
            client_secret or None,
            token_endpoint_auth_method="client_secret_post" if client_secret else "none",
            code_challenge_method="S256",
            redirect_uri=None,
        )
        for prefix in ("https://", "http://"):
            self._session.mount(prefix, _Guarded())

    def refresh(self, refresh_token: str) -> Mapping[str, Any]:
        """The reply to a refresh token (RFC 6749 §6)."""
        return self._asked([refresh_token], grant_type="refresh_token", refresh_token=refresh_token)

    def device_codes(self) -> Mapping[str, Any]:
        """The codes that begin a sign-in on another device (RFC 8628 §3.2)."""
        form = {"client_id": self.client_id, "scope": self.provider.scope}
        try:
            response = self._session.request(
                "POST", self.provider.device_url, withhold_token=True, data=form, headers={"Accept": "application/json"}
            )
        except RequestException as error:
            raise self._not_answered(error) from None
        return self._read(response)

    def device_token(self, device_code: str) -> Mapping[str, Any]:
        """The reply to a device code (RFC 8628 §3.4)."""
        grant = self.provider.device_grant
        name = "code" if grant == "device_code" else "device_code"
        return self._asked([device_code], grant_type=grant, **{name: device_code})

    def browser_page(self, state: str, verifier: str, redirect: str) -> str:
        """Where a browser is sent to sign in (RFC 6749 §4.1.1, RFC 7636 §4.3)."""
        provider = self.provider
        page, _ = self._session.create_authorization_url(
            provider.authorize_url,
            state=state,
            code_verifier=verifier,
            redirect_uri=redirect,
            **({"scope": provider.scope} if provider.scope else {}),
            **provider.parameters,
        )
        return str(page)

    def browser_token(self, code: str, verifier: str, redirect: str) -> Mapping[str, Any]:
        """The reply to the code that a browser brought (RFC 6749 §4.1.3)."""
        return self._asked(
            [code, verifier], grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=redirect
        )

    def _asked(self, secrets: list[str], **form: str) -> Mapping[str, Any]:
        self._secrets += secrets
        try:
            response: Response = self._session.fetch_token(self.provider.token_url, **form)
        except RequestException as error:
            raise self._not_answered(error) from None
        return self._read(response)

    def _read(self, response: Response) -> Mapping[str, Any]:
        if response.status_code >= 500:
            raise TokenError(f"the token server answered with HTTP status {response.status_code}")
        try:
            reply = response.json()
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict):
            raise TokenError("the token server answered with something that is not JSON, or no object")
        if "error" in reply or response.status_code >= 400:
            raise self._refused(reply.get("error"), reply.get("error_description"))
        return reply

    def _refused(self, code: object, description: object) -> TokenError:
        name = code if isinstance(code, str) and code else "no reason given"
        words = self._shown(f"{name}: {description}" if isinstance(description, str) and description else name)
        if name in _PERSON:
            return SignInNeeded(words, code=name)
        if name in _SETTINGS:
            return TokenError(f"{words}; check oauth.client_id, oauth.scope and the client's secret", True, name)
        return TokenError(words, code=name)

    def _not_answered(self, error: RequestException) -> TokenError:
        if isinstance(error, _HostileReplyError):
            return TokenError(str(error))
        host = urlsplit(self.provider.token_url).hostname
        return TokenError(f"the token server {host} was not reached ({type(error).__name__})", code=NOT_REACHED)

    def _shown(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "****")
        text = " ".join(shown(text).split())
        return text if len(text) <= 300 else f"{text[:300]}…"


class _Session(OAuth2Session):
    """Leaves it to us to read what comes."""

    def parse_response_token(self, response: Response) -> Response:
        """The response itself."""
        return response


class _HostileReplyError(RequestException):
    """A reply that is not read."""


class _Guarded(HTTPAdapter):
    """Follows no redirects, sends nothing unencrypted, and reads small replies in a short time."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """See HTTPAdapter."""
        try:
            safe_url("the token server", request.url or "")
        except InputError as error:
            raise _HostileReplyError(str(error)) from None
        end = time.monotonic() + _SECONDS
        response = super().send(request, *args, **{**options, "stream": True, "timeout": _SECONDS})
        try:
            if 300 <= response.status_code < 400:
                raise _HostileReplyError("the token server wants to send us elsewhere, which it may not")
            body = bytearray()
            for byte in response.iter_content(1):  # a larger piece would wait for a server that drips
                body += byte
                if len(body) > _MOST_BYTES:
                    raise _HostileReplyError(f"the token server's answer is larger than {_MOST_BYTES:,} bytes")
                if time.monotonic() > end:
                    raise _HostileReplyError(f"the token server's answer took longer than {_SECONDS:g} s")
        finally:
            response.close()
        response._content = bytes(body)
        return response

"""What an account says of its OAuth client; secrets are kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...arguments import line, one_of
from ...errors import InputError
from ...options import Options, check_fields
from .provider import FLOWS, OAuthProvider, loopback_url, safe_url


def _client_id(name: str, value: object) -> None:
    if not line(name, value):
        raise InputError(f"{name} is missing: the id of a client that you registered with the provider")


def _flow(name: str, value: object) -> None:
    if value != "":
        one_of(*FLOWS)(name, value)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OAuthSettings(Options):
    """The OAuth 2.0 client of an account. What is left out comes from the provider's preset.

    Args:
        client_id: Id of the client, as registered with the provider.
        flow: "device": a code that a person types at the provider's page, on any machine (RFC 8628). "browser": a
            browser on this machine comes back here (RFC 8252, RFC 7636).
        token_url, device_url, authorize_url: Where the provider answers: https, or http on this machine.
        scope: What the token is asked to allow.
        redirect_url: Where the browser comes back to, where a port was registered: http://127.0.0.1:8765/.
    """

    client_id: str = ""
    flow: str = ""
    token_url: str = ""
    device_url: str = ""
    authorize_url: str = ""
    scope: str = ""
    redirect_url: str = ""

    def __post_init__(self) -> None:
        checks = {"flow": _flow, "token_url": safe_url, "device_url": safe_url, "authorize_url": safe_url}
        check_fields(self, "oauth", {"client_id": _client_id, **checks, "scope": line, "redirect_url": loopback_url})

    def provider(self, known: OAuthProvider | None) -> OAuthProvider:
        """The provider of the preset with what is said here; InputError for what neither says."""
        given = {
            name: value
            for name in ("flow", "token_url", "device_url", "authorize_url", "scope", "redirect_url")
            if (value := getattr(self, name))
        }
        if known is None and "flow" not in given:
            given["flow"] = "device" if self.device_url or not self.authorize_url else "browser"
        return replace(known or OAuthProvider(), **given).check("oauth")

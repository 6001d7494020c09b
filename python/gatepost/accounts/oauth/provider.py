"""Where a provider gives tokens, as its preset or an account's settings say."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ...arguments import Check, check_all, flag, line, mapping, one_of
from ...errors import InputError

FLOWS = ("device", "browser")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def is_loopback(host: str | None) -> bool:
    """Whether this is a name or an address of this machine alone."""
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def safe_url(name: str, value: object) -> str:
    """An https URL with a host and no login; http to this machine alone. "" is none."""
    url = line(name, value)
    if not url:
        return url
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InputError(f"{name}: not a URL") from None
    if not host or "@" in parts.netloc or "\\" in url or any(c.isspace() for c in url):
        raise InputError(f"{name} takes an https URL without a login")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise InputError(f"{name} takes an https URL: tokens are not sent unencrypted")
    return url


def loopback_url(name: str, value: object) -> str:
    """Where a browser is sent back to: http on this machine (RFC 8252 §7.3); without a port, any free one."""
    url = safe_url(name, value)
    if url and (urlsplit(url).scheme != "http" or urlsplit(url).query or urlsplit(url).fragment):
        raise InputError(
            f"{name} takes http://127.0.0.1:PORT/ or http://localhost:PORT/, as registered with the client"
        )
    return url


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """How one provider gives tokens."""

    flow: str = "device"  # "device": RFC 8628; "browser": an authorization code by a loopback redirect, RFC 8252
    token_url: str = ""
    device_url: str = ""
    authorize_url: str = ""
    scope: str = ""
    secret: bool = False  # whether the client has a secret too
    device_grant: str = DEVICE_GRANT  # Yandex has a name of its own, and `code` for `device_code`
    redirect_url: str = "http://127.0.0.1/"
    parameters: Mapping[str, str] = field(default_factory=dict)  # of the browser's way besides
    register: str = ""  # where a client is registered

    def check(self, owner: str) -> OAuthProvider:
        """Itself; InputError for what its flow lacks."""
        needed = {"device": ("token_url", "device_url"), "browser": ("token_url", "authorize_url")}[self.flow]
        for name in needed:
            if not getattr(self, name):
                raise InputError(f"{owner} has no {name}, which flow = {self.flow!r} needs")
        return self


CHECKS: dict[str, Check] = {
    "flow": one_of(*FLOWS),
    "token_url": safe_url,
    "device_url": safe_url,
    "authorize_url": safe_url,
    "scope": line,
    "secret": flag,
    "device_grant": one_of(DEVICE_GRANT, "device_code"),
    "redirect_url": loopback_url,
    "parameters": mapping(line),
    "register": line,
}
"""What each key of a preset's `oauth` table has to be."""


def read_provider(where: str, facts: Mapping[str, Any]) -> OAuthProvider:
    """The provider of a preset's `oauth` table; InputError begins with `where`."""
    check_all({key: CHECKS[key] for key in facts}, facts, f"{where} ")
    return OAuthProvider(**facts).check(where)

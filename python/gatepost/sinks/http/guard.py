"""Who may talk to the HTTP door: no page of a stranger in a browser, and from afar nobody without the token."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PROBES = ("/livez", "/readyz")  # whoever watches over containers has no token
_SLASHES = re.compile("//+")
_HEADERS = [
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"),
]


class Guard:
    """Refuses requests by an unknown Host (DNS rebinding), from another Origin, and without the token."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], token: str | None) -> None:
        self._app = app
        self._hosts = {host.lower().strip("[]") for host in hosts}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refusal(headers, scope["path"])
        if refused is None:
            path = _SLASHES.sub("/", scope["path"])  # cypress-mailpit asks for //view/1.html
            return await self._app({**scope, "path": path}, receive, _with_headers(send))
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
            return
        status, text = refused
        extra = [(b"www-authenticate", b'Basic realm="gatepost sink"')] if status == 401 else []
        head = [(b"content-type", b"text/plain; charset=utf-8"), *extra]
        await send({"type": "http.response.start", "status": status, "headers": [*head, *_HEADERS]})
        await send({"type": "http.response.body", "body": f"{text}\n".encode()})

    def _refusal(self, headers: dict[str, str], path: str) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._is_ours(host):
            return 403, "Blocked due to disallowed Host header; SinkHttp(allowed_hosts=...) names those that may call"
        origin = headers.get("origin")
        if origin is not None and urlsplit_host(origin) != host.lower():
            return 403, "Blocked due to CORS violation"
        if path in _PROBES or self._token is None:
            return None
        if not self._is_known(headers.get("authorization", "")):
            return 401, "Unauthorized."
        return None

    def _is_ours(self, host: str) -> bool:
        name = urlsplit_host(f"//{host}", port=False)
        if name in self._hosts or name == "localhost" or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _is_known(self, authorization: str) -> bool:
        kind, _, given = authorization.partition(" ")
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(given).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif kind.lower() != "bearer":
            return False
        return secrets.compare_digest(given.encode(errors="replace"), (self._token or "").encode())


def urlsplit_host(url: str, port: bool = True) -> str:
    """Host and port of a URL, or the host alone, in small letters; "" where it has none."""
    try:
        parts = urlsplit(url)
        return (parts.netloc if port else parts.hostname or "").lower()
    except ValueError:
        return ""


def _with_headers(send: Send) -> Send:
    async def with_headers(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*_lacking(message), *message["headers"]]}  # type: ignore[misc]
        await send(message)

    return with_headers  # type: ignore[return-value]


def _lacking(message: dict[str, object]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in message["headers"]}  # type: ignore[attr-defined]
    return [header for header in _HEADERS if header[0] not in there]

"""The proxy before a server, as an option of an account."""

from __future__ import annotations

from ..errors import InputError
from .url import host_of, login_of, split_url

_KINDS = {"socks5": ("socks5", 1080), "socks5h": ("socks5", 1080), "http": ("http_connect", 3128)}

CoreProxy = tuple[str, str, int, str, str]
"""(kind, host, port, login, password) as the core takes it."""

ProxyHeader = tuple[int, str, int, str, int]
"""(version, source address, port, destination address, port) of the PROXY protocol."""


def parse_proxy(url: str) -> CoreProxy:
    """Reads socks5://login:password@host:1080 or http://host:3128. InputError never shows the password.

    Host names are always looked up by the proxy (what others call socks5h).
    """
    what = "proxy URL"
    parts = split_url(url, list(_KINDS), what, "socks5://login:password@proxy.example.com:1080")
    kind, default_port = _KINDS[parts.scheme]
    login, password = login_of(parts, what)
    host, port = host_of(parts, default_port, what)
    return kind, host, port, login, password


def check_header(header: ProxyHeader) -> ProxyHeader:
    """The same, or InputError."""
    if len(header) != 5 or header[0] not in (1, 2):
        raise InputError("proxy_protocol: must be (1 or 2, source, port, destination, port)")
    return header

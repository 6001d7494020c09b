"""The proxy before a server, as an option of an account."""

from __future__ import annotations

import ipaddress

from ..arguments import refuse
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
    takes = "(1 or 2, source address, port, destination address, port), both addresses IPv4 or both IPv6"
    try:
        version, source, source_port, destination, destination_port = header
        families = {ipaddress.ip_address(str(address)).version for address in (source, destination)}
    except (TypeError, ValueError):
        raise refuse("account: proxy_protocol", takes, header) from None
    ports = (source_port, destination_port)
    if version not in (1, 2) or len(families) != 1 or not all(isinstance(p, int) and 0 <= p <= 65535 for p in ports):
        raise refuse("account: proxy_protocol", takes, header)
    return version, str(source), source_port, str(destination), destination_port

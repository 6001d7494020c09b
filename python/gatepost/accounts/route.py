"""The way from here to an account's server, and what is said of ourselves on arrival."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import _core
from ..arguments import host_name, ip_address, line, mapping, optional, refuse, secret_text, wire_host
from ..errors import InputError
from ..options import Options, check_fields, put
from .url import host_of, login_of, split_url

_KINDS = {"socks5": ("socks5", 1080), "socks5h": ("socks5", 1080), "http": ("http_connect", 3128)}
_ATTRIBUTE = re.compile(r"[A-Z]+")
_PASSWORD = re.compile(r"(?<=://)([^:]*):.*@")

ProxyHeader = tuple[int, str, int, str, int]
"""(version, source address, port, destination address, port) of the PROXY protocol."""


_PATIENCE = 0.3
"""How long the first connection of a process waits for the system to find the machine's own name, in seconds."""


def _proxy(name: str, value: object) -> None:
    read_proxy(secret_text(name, value))


def _address(name: str, value: object) -> None:
    if value != "":
        ip_address(name, value)


def _header(name: str, value: object) -> None:
    takes = "(1 or 2, source address, port, destination address, port), both addresses IPv4 or both IPv6"
    if not isinstance(value, tuple | list) or len(value) != 5:
        raise refuse(name, takes, value)
    version, source, source_port, destination, destination_port = value
    try:
        families = {ipaddress.ip_address(str(address)).version for address in (source, destination)}
    except ValueError:
        raise refuse(name, takes, value) from None
    ports = (source_port, destination_port)
    if version not in (1, 2) or len(families) != 1 or not all(isinstance(p, int) and 0 <= p <= 65535 for p in ports):
        raise refuse(name, takes, value)


def _xclient(name: str, value: object) -> None:
    mapping(line)(name, value)
    for attribute in value:  # type: ignore[attr-defined]
        if not _ATTRIBUTE.fullmatch(attribute):
            raise InputError(f"{name}: {attribute!r} is not an attribute; names are in capitals (ADDR, NAME ...)")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Route(Options):
    """The way to a server, and how we introduce ourselves there.

    Raises InputError for a wrong type or value; the message never shows a proxy's password.

    Args:
        proxy: URL of a proxy: socks5://login:password@host:1080, or http://host:3128 for one that allows CONNECT. The
            proxy looks up the server's name. Default: none.
        source_address: IP address of this machine to connect from. Default: chosen by the system.
        helo_name: Name of this machine for EHLO: a host name, or an address in brackets such as "[192.0.2.1]" (RFC 5321
            §4.1.3). Default: the machine's fully qualified name where it has one, else the address that the connection
            comes from, in brackets.
        proxy_header: (version 1 or 2, source address, source port, destination address, destination port) of the PROXY
            protocol, sent first of all to a server that expects it. Default: none.
        xclient: Attributes for Postfix's XCLIENT, by which a trusted client speaks for another: {"ADDR": "192.0.2.9",
            "NAME": "mail.example.net"}. Default: none.
    """

    proxy: str | None = field(default=None, metadata={"shown": lambda url: repr(_PASSWORD.sub(r"\1:****@", url))})
    source_address: str = ""
    helo_name: str = ""
    proxy_header: ProxyHeader | None = None
    xclient: Mapping[str, str] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        check_fields(
            self,
            "route",
            {
                "proxy": optional(_proxy),
                "source_address": _address,
                "helo_name": host_name,
                "proxy_header": optional(_header),
                "xclient": optional(_xclient),
            },
        )
        if self.proxy_header is not None:
            put(self, "proxy_header", tuple(self.proxy_header))
        if self.xclient is not None:
            put(self, "xclient", dict(self.xclient))

    def _fill(self, connect: _core.ConnectOptions) -> None:
        if self.proxy is not None:
            connect.proxy = read_proxy(self.proxy)
        connect.source_address = str(ipaddress.ip_address(self.source_address)) if self.source_address else ""
        own_name = wire_host("route.helo_name", self.helo_name)
        connect.session.helo_name = own_name or _core.machine_name(_PATIENCE)
        if self.proxy_header is not None:
            header = _core.ProxyHeader()
            header.version, header.source, header.source_port = self.proxy_header[:3]
            header.destination, header.destination_port = self.proxy_header[3:]
            connect.proxy_header = header
        if self.xclient is not None:
            connect.session.xclient = list(self.xclient.items())


def read_proxy(url: str) -> _core.Proxy:
    """Reads socks5://login:password@host:1080 or http://host:3128. InputError never shows the password.

    Host names are always looked up by the proxy (what others call socks5h).
    """
    what = "route.proxy"
    parts = split_url(url, list(_KINDS), what, "socks5://login:password@proxy.example.com:1080")
    proxy = _core.Proxy()
    proxy.kind, default_port = _KINDS[parts.scheme]
    proxy.login, proxy.password = login_of(parts, what)
    proxy.shown, proxy.port = host_of(parts, default_port, what)
    proxy.host = wire_host(what, proxy.shown)
    return proxy

"""Who may do what at a sink."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, fields

from .. import _core
from ..arguments import optional, refuse, some_of, words
from ..options import Options, check_fields, put

MECHANISMS = (
    *("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"),
    *("SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "XOAUTH2", "OAUTHBEARER"),
)
"""Those that the core serves."""


def _is_network(text: str) -> bool:
    address, slash, prefix = text.partition("/")
    try:
        bits = ipaddress.ip_address(address).max_prefixlen
    except ValueError:
        return text == "unix"
    return not slash or (prefix.isascii() and prefix.isdecimal() and len(prefix) <= 3 and int(prefix) <= bits)


def _networks(name: str, value: object) -> None:
    for network in words(name, value):
        if not _is_network(network):
            raise refuse(name, 'IP addresses, networks such as "10.0.0.0/8", and "unix"', network)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SinkAccess(Options):
    """Who may do what at a sink, besides logging in as one of its users.

    A network is an IP address, or one with a prefix length such as "10.0.0.0/8" and "2001:db8::/32"; "unix" stands for
    all clients of a Unix socket. Raises InputError for a wrong type or value.

    Args:
        mechanisms: Names of the AUTH mechanisms to offer, in this order; () offers none. Default: None, which means
            SCRAM-SHA-256-PLUS, SCRAM-SHA-256, CRAM-MD5, PLAIN, LOGIN, XOAUTH2, OAUTHBEARER.
        allow: Networks that may connect; others get 554. Default: all.
        no_auth_from: Networks that need not log in. Default: none.
        proxies: Networks of proxies, whose connections begin with a PROXY header. Default: none.
        xclient_from: Networks that may use XCLIENT. Default: none.
    """

    mechanisms: str | Sequence[str] | None = None
    allow: str | Sequence[str] = ()
    no_auth_from: str | Sequence[str] = ()
    proxies: str | Sequence[str] = ()
    xclient_from: str | Sequence[str] = ()

    def __post_init__(self) -> None:
        checks = {one.name: _networks for one in fields(self)}
        check_fields(self, "access", {**checks, "mechanisms": optional(some_of(*MECHANISMS))})
        for one in fields(self):
            if (value := getattr(self, one.name)) is not None:
                put(self, one.name, tuple(words(one.name, value)))

    def _fill(self, sink: _core.SinkOptions) -> None:
        if self.mechanisms is not None:
            sink.listen.session.mechanisms = list(self.mechanisms)
        sink.allow = list(self.allow)
        sink.no_auth_from = list(self.no_auth_from)
        sink.listen.proxies = list(self.proxies)
        sink.listen.xclient_from = list(self.xclient_from)

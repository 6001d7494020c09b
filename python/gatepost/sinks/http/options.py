"""Where the HTTP door of a sink is, and who may come in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field

from ...arguments import line, optional, refuse, secret_line, texts, whole_number
from ...options import SECRET, Options, check_fields, put

LOOPBACK = "127.0.0.1"


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _token(name: str, value: object) -> None:
    if not secret_line(name, value).isascii() or not value:
        raise refuse(name, "ASCII text", value, secret=True)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SinkHttp(Options):
    """Where a sink answers HTTP, and who may ask. Raises InputError for a wrong type or value.

    Args:
        host: IP address or host name to listen on. Default: "127.0.0.1".
        port: Port to listen on. Default: 0, which lets the system pick one.
        token: Secret that requests must bring, as a Bearer token or as the password of Basic authentication with any
            login. Default: none on loopback, and elsewhere one that is made on the spot (`sink.http_token`).
        allowed_hosts: Further host names by which requests may call the server, besides its own, localhost and any IP
            address. Others are refused: that is how a stranger's page would reach it (DNS rebinding). Default: none.
    """

    host: str = LOOPBACK
    port: int = 0
    token: str | None = field(default=None, metadata=SECRET)
    allowed_hosts: Sequence[str] = ()

    def __post_init__(self) -> None:
        checks = {"host": line, "port": whole_number(0, 65535), "token": optional(_token), "allowed_hosts": texts}
        check_fields(self, "http", checks)
        put(self, "allowed_hosts", tuple(texts("http.allowed_hosts", self.allowed_hosts)))

"""Where a sink is, as a URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from .. import _core
from ..arguments import wire_host
from ..errors import InputError

LOOPBACK = "127.0.0.1"
_SCHEMES = {None: "smtp", "starttls": "smtp+starttls", "starttls_optional": "smtp", "implicit": "smtps"}


@dataclass(slots=True)
class ListenAddress:
    """Host and port, or the path of a Unix socket, and how clients must talk there."""

    host: str
    port: int
    unix_path: str
    lmtp: bool
    tls: str | None

    def __post_init__(self) -> None:
        if self.tls is not None and self.unix_path:
            raise InputError("tls: a Unix socket has none")
        if self.tls == "implicit" and self.lmtp:
            raise InputError("tls: LMTP has STARTTLS alone")

    def _fill(self, sink: _core.SinkOptions) -> None:
        listen = sink.listen
        listen.host, listen.port = wire_host("sink: host", self.host), self.port
        listen.unix_path = self.unix_path
        listen.session.lmtp = self.lmtp

    def url(self, user: tuple[str, str] | None) -> str:
        """For a sender, with its login and password."""
        login = f"{quote(user[0], safe='')}:{quote(user[1], safe='')}@" if user else ""
        if self.unix_path:
            return f"{'lmtp' if self.lmtp else 'smtp'}+unix://{login}{quote(self.unix_path)}"
        host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.host, self.host)
        scheme = "lmtp" if self.lmtp else _SCHEMES[self.tls]
        return f"{scheme}://{login}{f'[{host}]' if ':' in host else host}:{self.port}"

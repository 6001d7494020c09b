"""Account URLs: smtp://, smtps:// and smtp+starttls://, with every mistake named and no password ever shown."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from ..errors import InputError

SCHEMES = {
    "smtp": ("starttls_if_offered", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("implicit_tls", 465),
}


@dataclass(frozen=True, slots=True)
class ParsedUrl:
    """What an account URL says. `security` is one of the core's names; login and password are decoded."""

    security: str
    host: str
    port: int
    login: str
    password: str


def _host_and_port(parts: SplitResult) -> tuple[str, int | None]:
    try:
        return parts.hostname or "", parts.port
    except ValueError:
        text = parts.netloc.rpartition("@")[2].rpartition(":")[2]
        raise InputError(f"account URL: the port {text!r} is not a number from 1 to 65535") from None


def parse_url(url: str) -> ParsedUrl:
    """Reads an account URL. InputError names the part that is wrong; the password is never part of the message."""
    if any(ord(c) < 33 or ord(c) == 127 for c in url):
        raise InputError("account URL: holds a space or a control character; percent-encode a space as %20")
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise InputError("account URL: no '://' in it; it looks like smtps://login:password@smtp.example.com:465")
    if scheme.lower() not in SCHEMES:
        near = difflib.get_close_matches(scheme.lower(), SCHEMES, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}://?" if near else ""
        raise InputError(f"account URL: scheme {scheme!r} is none of {', '.join(SCHEMES)}{hint}")
    try:
        parts = urlsplit(url)
    except ValueError:  # its words may quote what stands before the host
        raise InputError("account URL: the host is not a name or an IP address") from None
    if "@" in parts.path + parts.query + parts.fragment:
        raise InputError(
            "account URL: a '/', '?' or '#' before the '@'; percent-encode ':' '/' '#' '?' '@' in login and password"
        )
    host, port = _host_and_port(parts)
    if not host:
        raise InputError("account URL: no host behind '://' (or behind the last '@')")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InputError(
            "account URL: nothing may follow host and port; percent-encode '/', '?' and '#' in the password,"
            " and give options as keyword arguments"
        )
    if port == 0:
        raise InputError("account URL: the port '0' is not a number from 1 to 65535")
    userinfo, has_user, _ = parts.netloc.rpartition("@")
    login, _, password = userinfo.partition(":")
    if has_user and not login:
        raise InputError("account URL: an '@' but no login before it")
    login, password = unquote(login), unquote(password)
    if not (login + password).isprintable():
        raise InputError("account URL: a control character in the login or the password")
    security, default_port = SCHEMES[scheme.lower()]
    return ParsedUrl(security, host, port or default_port, login, password)

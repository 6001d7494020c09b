"""Account URLs: smtp://, smtps://, lmtp:// and their like, with every mistake named and no password ever shown."""

from __future__ import annotations

import difflib
import ipaddress
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from ..arguments import secret_line
from ..errors import InputError
from .url_options import ONLY_OPTIONS, UrlOptions, read_options

_PORTS = "is not a number from 1 to 65535"
_LONGEST_SHOWN = 20


class Scheme(NamedTuple):
    """What a URL's scheme says. `security` is one of the core's names; `port` is None for a Unix socket and for a
    `program`."""

    security: str
    port: int | None
    lmtp: bool = False
    program: bool = False


SENDMAIL = "/usr/sbin/sendmail"
"""Where systems have it (Linux Standard Base)."""

SCHEMES = {
    "smtp": Scheme("starttls_if_offered", 25),
    "smtp+starttls": Scheme("starttls", 587),
    "smtps": Scheme("implicit_tls", 465),
    "smtp+plain": Scheme("none", 25),
    "lmtp": Scheme("starttls_if_offered", 24, lmtp=True),
    "smtp+unix": Scheme("none", None),
    "lmtp+unix": Scheme("none", None, lmtp=True),
    "sendmail": Scheme("none", None, lmtp=True, program=True),
}


class ParsedUrl(NamedTuple):
    """What an account URL says; all of it is decoded. For a Unix socket the port is 0."""

    scheme: str
    host: str
    port: int
    unix_path: str
    program: str
    login: str
    password: str
    options: UrlOptions


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


def _host_and_port(parts: SplitResult, what: str) -> tuple[str, int | None]:
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        where = parts.netloc.rpartition("@")[2]
        address, _, text = where.rpartition(":")
        meant = [f"[{where}]"] if _is_ipv6(where) else []
        if _is_ipv6(address) and text.isdecimal() and len(text) < 6:
            meant.append(f"[{address}]:{text}")
        if meant:
            raise InputError(f"{what}: an IPv6 address stands in brackets: {' or '.join(meant)}") from None
        # Where there is no '@', it may be a password whose host was forgotten.
        behind_host = bool(set("@[") & set(parts.netloc))
        known = len(text) <= (_LONGEST_SHOWN if behind_host else 5 * text.isdecimal())
        shown = f" {text!r} {_PORTS}" if known else f" {_PORTS}"
        hint = "" if behind_host else "; a password needs '@host' behind it"
        raise InputError(f"{what}: the port{shown}{hint}") from None
    if port == 0:
        raise InputError(f"{what}: the port '0' {_PORTS}")
    if "%" in host and ":" not in host:  # a name as browsers copy it
        host = unquote(host)
        if "\ufffd" in host or not host.isprintable() or any(c in " /?#@:\\[]" for c in host):
            raise InputError(f"{what}: the host is not a name or an IP address")
    return host, port


def split_url(url: str, known: list[str], what: str, example: str) -> SplitResult:
    """The parts of a URL of one of the `known` schemes; InputError begins with `what`."""
    if any(ord(c) < 33 or ord(c) == 127 for c in url):
        raise InputError(f"{what}: holds a space or a control character; percent-encode a space as %20")
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise InputError(f"{what}: no '://' in it; it looks like {example}")
    if scheme.lower() not in known:
        near = difflib.get_close_matches(scheme.lower(), known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}://?" if near else ""
        raise InputError(f"{what}: the scheme takes one of {', '.join(known)}{hint}")
    try:
        parts = urlsplit(url)
    except ValueError:  # its words may quote what stands before the host
        raise InputError(f"{what}: the host is not a name or an IP address") from None
    if "@" in parts.path + parts.query + parts.fragment:
        raise InputError(
            f"{what}: a '/', '?' or '#' before the '@'; percent-encode ':' '/' '#' '?' '@' in login and password"
        )
    return parts


def login_of(parts: SplitResult, what: str) -> tuple[str, str]:
    """Login and password of a URL, decoded; both empty where there is none."""
    userinfo, has_user, _ = parts.netloc.rpartition("@")
    login, _, password = userinfo.partition(":")
    if has_user and not login:
        raise InputError(f"{what}: an '@' but no login before it")
    return _decoded(login, f"{what}: the login"), _decoded(password, f"{what}: the password")


def _decoded(text: str, what: str) -> str:
    """What percent-encoded text stands for."""
    try:
        return secret_line(what, unquote(text, errors="strict"))
    except UnicodeDecodeError:
        raise InputError(f"{what} is not UTF-8; percent-encode its letters as UTF-8") from None


def host_of(parts: SplitResult, default_port: int, what: str, options: bool = False) -> tuple[str, int]:
    """Host and port of a URL that ends behind them, or behind its `options`."""
    host, port = _host_and_port(parts, what)
    if not host:
        raise InputError(f"{what}: no host behind '://' (or behind the last '@')")
    if parts.path not in ("", "/") or (parts.query and not options) or parts.fragment:
        raise InputError(
            f"{what}: nothing may follow host and port; {ONLY_OPTIONS if options else ''}percent-encode '/', '?' and"
            " '#' in the password, and give options as keyword arguments"
        )
    return host, port or default_port


def _unix_path(parts: SplitResult, what: str) -> str:
    path = _decoded(parts.path, f"{what}: the path")
    if parts.netloc.rpartition("@")[2]:
        raise InputError(f"{what}: a Unix socket has no host; three slashes, as in {parts.scheme}:///run/gate.sock")
    if path in ("", "/") or parts.fragment:
        raise InputError(f"{what}: no path of a socket, as in {parts.scheme}:///run/gate.sock")
    return path


def _program(parts: SplitResult, what: str) -> str:
    path = _decoded(parts.path, f"{what}: the path")
    if parts.netloc or parts.query or parts.fragment:
        raise InputError(
            f"{what}: a program has neither host, login nor options; three slashes, as in sendmail://{SENDMAIL}"
        )
    return SENDMAIL if path in ("", "/") else path


def parse_url(url: str) -> ParsedUrl:
    """Reads an account URL. InputError names the part that is wrong; the password is never part of the message."""
    what = "account URL"
    parts = split_url(url, list(SCHEMES), what, "smtps://login:password@smtp.example.com:465")
    scheme = SCHEMES[parts.scheme]
    host, port, unix_path, program = "localhost", 0, "", ""
    if scheme.program:
        program = _program(parts, what)
    elif scheme.port is None:
        unix_path = _unix_path(parts, what)
    else:
        host, port = host_of(parts, scheme.port, what, options=True)
    login, password = login_of(parts, what)
    return ParsedUrl(parts.scheme, host, port, unix_path, program, login, password, read_options(parts.query, what))

"""The URL of a store in PostgreSQL: what libpq takes, with the schema of the store's tables beside it."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ..errors import StoreError

SCHEMES = ("postgresql", "postgres")
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SECRET = ("password", "sslpassword")
# A network that is cut is noticed within half a minute; what the URL says itself stands.
_DEFAULTS = {
    "application_name": "gatepost",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}


class Target(NamedTuple):
    """Where a store is."""

    conninfo: str  # for libpq, secrets included
    schema: str
    shown: str  # the URL without secrets
    default: dict[str, str]  # settings that the URL leaves open


def read_url(url: str) -> Target:
    """Takes `schema=NAME` out of the query (default: gatepost); StoreError where it is no name, or the URL is none."""
    try:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        _ = parts.port  # of several hosts none; a wrong one is libpq's to refuse
    except ValueError:
        parts, query = urlsplit(url.replace(":,", ",")), parse_qsl(url.partition("?")[2], keep_blank_values=True)
    schema = next((value for name, value in query if name == "schema"), "gatepost")
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise StoreError("store: schema= takes a name of small letters, digits and underscores, not beginning with pg_")
    rest = [(name, value) for name, value in query if name != "schema"]
    conninfo = urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(rest, quote_via=quote), ""))
    default = {name: value for name, value in _DEFAULTS.items() if name not in dict(rest)}
    return Target(conninfo, schema, without_secrets(url), default)


def without_secrets(url: str) -> str:
    """The URL of a store, or its path, with *** where a password stands."""
    head, mark, rest = url.partition("://")
    before, question, query = rest.partition("?")
    login, at, place = before.rpartition("@")  # the last one: a password may have others, and slashes
    if ":" in login:
        login = f"{login.partition(':')[0]}:***"
    for name in _SECRET:
        query = re.sub(rf"(?<![^&]){name}=[^&#]*", f"{name}=***", query)
    return f"{head}{mark}{login}{at}{place}{question}{query}"

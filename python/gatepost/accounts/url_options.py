"""What stands behind the "?" of an account URL: smtps://mx.example.com?verify=false&without=pipelining,size."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

from ..arguments import host_name
from ..errors import InputError
from .extensions import read_without

_NAMES = ("verify", "without", "helo_name")
_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

ONLY_OPTIONS = f"only the options {', '.join(_NAMES)} may, behind a '?'; "


class UrlOptions(NamedTuple):
    """See `Account`, `Tls` and `Route` for what they mean."""

    verify: bool = True
    without: frozenset[str] = frozenset()
    helo_name: str = ""


def read_options(query: str, what: str) -> UrlOptions:
    """The options; InputError begins with `what`, and quotes no name that it does not know: a password may end here."""
    if not query:
        return UrlOptions()
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in _NAMES:
            raise InputError(
                f"{what}: nothing may follow host and port; {ONLY_OPTIONS}percent-encode a '?' in the password, and"
                " give options as keyword arguments"
            )
        if name in given and name != "without":
            raise InputError(f"{what}: {name} is given twice")
        given[name] = f"{given[name]},{value}" if name in given else value
    verify = given.get("verify", "true").lower()
    if verify not in _SWITCH:
        raise InputError(f"{what}: verify takes true or false")
    keywords = [keyword.strip() for keyword in given.get("without", "").split(",")]
    without = read_without(f"{what}: without", [keyword for keyword in keywords if keyword])
    return UrlOptions(_SWITCH[verify], without, host_name(f"{what}: helo_name", given.get("helo_name", "")))

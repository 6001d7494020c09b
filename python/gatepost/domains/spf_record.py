"""SPF records taken apart (RFC 7208 §4.6, §5, §6)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_MECHANISMS = {"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"}
_NEEDS_VALUE = {"include", "ip4", "ip6", "exists"}
_QUALIFIERS = {"": "pass", "+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
LOOKUPS = {"include", "a", "mx", "ptr", "exists"}
"""Mechanisms that count towards the ten look-ups; the modifier redirect does too."""


class SpfSyntaxError(ValueError):
    """The record breaks the syntax; the message names the term."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism: what it gives where it matches ("pass", "fail", "softfail", "neutral"), its value and prefixes."""

    name: str
    result: str
    value: str = ""
    prefix4: int = 32
    prefix6: int = 128

    def __str__(self) -> str:
        sign = {result: sign for sign, result in _QUALIFIERS.items() if sign != "+"}[self.result]
        return f"{sign}{self.name}{':' if self.value else ''}{self.value}"


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """The terms of a record. `redirect` and `exp`: domain specs or ""."""

    mechanisms: tuple[Mechanism, ...]
    redirect: str = ""
    exp: str = ""


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record at all (RFC 7208 §4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def parse_spf(text: str) -> SpfRecord:
    """Takes a record apart; SpfSyntaxError names the term that is wrong."""
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, str] = {}
    for term in text.split(" ")[1:]:
        if not term:
            continue
        name, equals, value = term.partition("=")
        if equals and re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
            key = name.lower()
            if key in ("redirect", "exp") and (key in modifiers or not value):
                raise SpfSyntaxError(f"{term!r}: {key}= twice or without a domain")
            modifiers[key] = value
        else:
            mechanisms.append(_mechanism(term))
    return SpfRecord(tuple(mechanisms), modifiers.get("redirect", ""), modifiers.get("exp", ""))


def _mechanism(term: str) -> Mechanism:
    sign = term[0] if term[0] in "+-~?" else ""
    name, _, rest = term[len(sign) :].partition(":")
    base, slash, prefixes = name.partition("/")
    value = rest
    if ":" not in term and slash:
        name, rest = base, ""
        value, prefixes = "", slash + prefixes
    elif base.lower() in ("a", "mx"):
        value, slash, prefixes = rest.partition("/")
        prefixes = slash + prefixes
    else:
        prefixes = ""
    kind = name.lower()
    if kind not in _MECHANISMS:
        raise SpfSyntaxError(f"{term!r} is no mechanism of SPF")
    if (kind in _NEEDS_VALUE and not value) or (kind == "all" and ":" in term) or term.endswith(":"):
        raise SpfSyntaxError(f"{term!r}: a value is missing, or too many")
    if kind in ("ip4", "ip6"):
        return Mechanism(kind, _QUALIFIERS[sign], _network(kind, value, term))
    found = re.fullmatch(r"(?:/(\d{1,3}))?(?://(\d{1,3}))?", prefixes)
    if found is None or (prefixes and kind not in ("a", "mx")):
        raise SpfSyntaxError(f"{term!r}: a prefix length that is none")
    prefix4, prefix6 = int(found[1] or 32), int(found[2] or 128)
    if prefix4 > 32 or prefix6 > 128:
        raise SpfSyntaxError(f"{term!r}: a prefix length beyond the address")
    return Mechanism(kind, _QUALIFIERS[sign], value, prefix4, prefix6)


def _network(kind: str, value: str, term: str) -> str:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        network = None
    if network is None or network.version != int(kind[-1]):
        raise SpfSyntaxError(f"{term!r}: no {'IPv4' if kind == 'ip4' else 'IPv6'} network")
    return str(network)

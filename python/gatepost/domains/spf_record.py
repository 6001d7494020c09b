"""SPF records taken apart (RFC 7208 §4.6, §5, §6)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from .spf_macros import check_macros

_QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MECHANISM = re.compile(r"([-+~?]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:([:/])(.*))?", re.IGNORECASE | re.DOTALL)
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.DOTALL)
_PREFIXES = re.compile(r"(?:/(0|[1-9]\d{0,2}))?(?://(0|[1-9]\d{0,2}))?")
_TOP_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
LOOKUPS = frozenset({"include", "a", "mx", "ptr", "exists"})
"""Mechanisms that count towards the ten look-ups; the modifier redirect does too."""


class SpfSyntaxError(ValueError):
    """The record breaks the syntax; the message names the term."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism: what it gives where it matches ("pass", "fail", "softfail", "neutral"), its value and prefixes.

    `value`: a domain spec, or a network for ip4 and ip6; "" where there is none. `text`: as it stands in the record.
    """

    name: str
    result: str
    value: str
    text: str
    prefix4: int = 32
    prefix6: int = 128

    def __str__(self) -> str:
        return self.text


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
    if any(not " " <= character <= "~" for character in text):
        raise SpfSyntaxError("a character other than printable ASCII")
    for term in filter(None, text.split(" ")[1:]):
        if mechanism := _MECHANISM.fullmatch(term):
            mechanisms.append(_mechanism(term, mechanism))
            continue
        modifier = _MODIFIER.fullmatch(term)
        if modifier is None:
            raise SpfSyntaxError(f"{term!r} is neither a mechanism nor a modifier of SPF")
        key = modifier[1].lower()
        if key in ("redirect", "exp"):
            if key in modifiers:
                raise SpfSyntaxError(f"{term!r}: {key}= stands there twice")
            _check_domain(modifier[2], term)
        else:
            _check_macros(modifier[2], term)
        modifiers[key] = modifier[2]
    return SpfRecord(tuple(mechanisms), modifiers.get("redirect", ""), modifiers.get("exp", ""))


def _mechanism(term: str, found: re.Match[str]) -> Mechanism:
    result = _QUALIFIERS[found[1] or "+"]
    kind, mark, rest = found[2].lower(), found[3] or "", found[4] or ""
    if kind in ("ip4", "ip6"):
        return Mechanism(kind, result, _network(kind, rest if mark == ":" else "", term), term)
    if kind == "all":
        if mark:
            raise SpfSyntaxError(f"{term!r}: all has no value")
        return Mechanism(kind, result, "", term)
    if kind in ("a", "mx"):
        return _with_prefixes(kind, result, mark, rest, term)
    if mark == ":":
        _check_domain(rest, term)
    elif mark or kind != "ptr":
        raise SpfSyntaxError(f"{term!r}: a domain is missing")
    return Mechanism(kind, result, rest, term)


def _with_prefixes(kind: str, result: str, mark: str, rest: str, term: str) -> Mechanism:
    # A slash may stand in a macro too, so the prefixes are what matches at the very end.
    whole = f"{mark}{rest}"
    tail = re.search(r"(?:/\d+)?(?://\d+)?$", whole)
    domain = whole[: tail.start()] if tail else whole
    found = _PREFIXES.fullmatch(whole[len(domain) :])
    if found is None:
        raise SpfSyntaxError(f"{term!r}: the prefix length is not a number in range")
    if domain:
        if not domain.startswith(":"):
            raise SpfSyntaxError(f"{term!r}: the prefix length is not a number in range")
        _check_domain(domain[1:], term)
    prefix4, prefix6 = int(found[1] or 32), int(found[2] or 128)
    if prefix4 > 32 or prefix6 > 128:
        raise SpfSyntaxError(f"{term!r}: a prefix length beyond the address")
    return Mechanism(kind, result, domain[1:], term, prefix4, prefix6)


def _check_macros(text: str, term: str) -> None:
    wrong = check_macros(text, "slodiphv")
    if wrong:
        raise SpfSyntaxError(f"{term!r}: {wrong} is not a macro that may stand here")


def _check_domain(text: str, term: str) -> None:
    """domain-spec of §7.1: it ends with a macro or with a dot and a top label that is not all digits."""
    _check_macros(text, term)
    if not text:
        raise SpfSyntaxError(f"{term!r}: a domain is missing")
    if text.endswith("}") or text[-2:] in ("%%", "%_", "%-"):
        return
    before, dot, top = text.removesuffix(".").rpartition(".")
    if not dot or not before or not _TOP_LABEL.fullmatch(top) or top.isdigit():
        raise SpfSyntaxError(f"{term!r}: {text!r} is not a domain")


def _network(kind: str, value: str, term: str) -> str:
    address, slash, prefix = value.partition("/")
    try:
        if slash and not re.fullmatch(r"0|[1-9]\d{0,2}", prefix):
            raise ValueError
        network = ipaddress.ip_network(f"{ipaddress.ip_address(address)}{slash}{prefix}", strict=False)
    except ValueError:
        network = None
    if network is None or network.version != int(kind[-1]) or "%" in address:
        raise SpfSyntaxError(f"{term!r}: no {'IPv4' if kind == 'ip4' else 'IPv6'} network")
    return str(network)

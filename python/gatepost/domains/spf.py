"""SPF: whether a host may send for a domain (RFC 7208)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..dns import Resolver, TemporaryDnsError, resolver_of
from .spf_record import LOOKUPS, Mechanism, SpfRecord, SpfSyntaxError, is_spf, parse_spf

MOST_LOOKUPS = 10  # §4.6.4, as the next two
_MOST_VOID = 2
_MOST_NAMES = 10
_MACRO = re.compile(r"%(?:\{([slodiphcrtv])(\d*)(r?)([-.+,/_=]*)\}|([%_-]))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SpfResult:
    """`result`: "none", "neutral", "pass", "fail", "softfail", "temperror" or "permerror". `reason`: in words.
    `term`: the mechanism that matched. `lookups`: how many of the ten DNS look-ups were used."""

    result: str
    reason: str
    domain: str
    term: str = ""
    lookups: int = 0


class _Stop(Exception):
    def __init__(self, result: str, reason: str) -> None:
        super().__init__(reason)
        self.result = result
        self.reason = reason


@dataclass(slots=True)
class _Check:
    """One evaluation: what is asked, and what it has cost so far."""

    ip: ipaddress.IPv4Address | ipaddress.IPv6Address
    sender: str
    helo: str
    dns: Resolver
    lookups: int = 0
    voids: int = 0
    term: str = ""

    def run(self, domain: str) -> str:
        record = self.record(domain)
        if record is None:
            return "none"
        for mechanism in record.mechanisms:
            if mechanism.name in LOOKUPS:
                self.count(mechanism)
            if self.matches(mechanism, domain):
                self.term = str(mechanism)
                return mechanism.result
        if record.redirect:
            self.count(record.redirect)
            result = self.run(self.expand(record.redirect, domain))
            if result == "none":
                raise _Stop("permerror", f"redirect={record.redirect} leads to a domain without SPF")
            return result
        return "neutral"

    def record(self, domain: str) -> SpfRecord | None:
        if not _is_name(domain):
            return None
        found = [text for text in self.dns.txt(domain) if is_spf(text)]
        if len(found) > 1:
            raise _Stop("permerror", f"{domain} publishes {len(found)} SPF records; there may be one")
        try:
            return parse_spf(found[0]) if found else None
        except SpfSyntaxError as error:
            raise _Stop("permerror", f"the SPF record of {domain}: {error}") from None

    def count(self, term: object) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise _Stop("permerror", f"more than {MOST_LOOKUPS} DNS look-ups, at {term}")

    def asked(self, answers: list[Any], name: str) -> list[Any]:
        if not answers:
            self.voids += 1
            if self.voids > _MOST_VOID:
                raise _Stop("permerror", f"more than {_MOST_VOID} look-ups without an answer, at {name}")
        return answers

    def matches(self, mechanism: Mechanism, domain: str) -> bool:
        if mechanism.name == "all":
            return True
        if mechanism.name in ("ip4", "ip6"):
            return self.ip in ipaddress.ip_network(mechanism.value)
        name = self.expand(mechanism.value, domain) if mechanism.value else domain
        if mechanism.name == "include":
            return self.included(name)
        if mechanism.name == "a":
            return self.in_addresses(name, mechanism)
        if mechanism.name == "mx":
            hosts = self.asked(self.dns.mx(name), name)
            if len(hosts) > _MOST_NAMES:
                raise _Stop("permerror", f"{name} has more than {_MOST_NAMES} MX hosts")
            return any(host and self.in_addresses(host, mechanism) for _, host in hosts)
        if mechanism.name == "exists":
            return any(":" not in address for address in self.asked(self.dns.addresses(name), name))
        return any(host == name or host.endswith(f".{name}") for host in self.own_names())

    def included(self, name: str) -> bool:
        result = self.run(name)
        if result == "none":
            raise _Stop("permerror", f"include:{name} leads to a domain without SPF")
        return result == "pass"

    def in_addresses(self, name: str, mechanism: Mechanism) -> bool:
        prefix = mechanism.prefix4 if self.ip.version == 4 else mechanism.prefix6
        for address in self.asked(self.dns.addresses(name), name):
            network = ipaddress.ip_network(f"{address}/{prefix if self.same_version(address) else 0}", strict=False)
            if self.same_version(address) and self.ip in network:
                return True
        return False

    def same_version(self, address: str) -> bool:
        return (":" in address) == (self.ip.version == 6)

    def own_names(self) -> list[str]:
        """Names of the client that lead back to it (§5.5)."""
        try:
            names = self.asked(self.dns.ptr(str(self.ip)), str(self.ip))[:_MOST_NAMES]
            return [name.lower() for name in names if str(self.ip) in self.dns.addresses(name)]
        except TemporaryDnsError:
            return []

    def expand(self, text: str, domain: str) -> str:
        """Macros of a domain spec (§7)."""
        if "%" in _MACRO.sub("", text):
            raise _Stop("permerror", f"{text!r} holds a macro that is none")
        expanded = _MACRO.sub(lambda found: self.macro(found, domain), text)
        while len(expanded) > 253 and "." in expanded:
            expanded = expanded.partition(".")[2]
        return expanded.rstrip(".").lower()

    def macro(self, found: re.Match[str], domain: str) -> str:
        if found[5]:
            return {"%": "%", "_": " ", "-": "%20"}[found[5]]
        local, _, host = self.sender.rpartition("@")
        letter = found[1].lower()
        if letter in "crt" or found[2] == "0":
            raise _Stop("permerror", f"{found[0]!r} may not stand in a domain")
        values = {"s": self.sender, "l": local, "o": host, "d": domain, "h": self.helo, "i": self.dotted_ip()}
        values["v"] = "in-addr" if self.ip.version == 4 else "ip6"
        value = (self.own_names() or ["unknown"])[0] if letter == "p" else values[letter]
        parts = re.split(f"[{re.escape(found[4] or '.')}]", value)
        if found[3]:
            parts.reverse()
        if found[2]:
            parts = parts[-int(found[2]) :]
        joined = ".".join(parts)
        return quote(joined, safe="-._~") if found[1].isupper() else joined

    def dotted_ip(self) -> str:
        if self.ip.version == 4:
            return str(self.ip)
        return ".".join(self.ip.exploded.replace(":", ""))


def _is_name(domain: str) -> bool:
    labels = domain.rstrip(".").split(".")
    return len(domain) <= 253 and len(labels) > 1 and all(0 < len(label) <= 63 for label in labels)


def check_spf(
    ip: str,
    sender: str,
    helo: str = "",
    resolver: Resolver | Mapping[Any, Any] | None = None,
) -> SpfResult:
    """Whether `ip` may send for the domain of `sender` (MAIL FROM; empty: postmaster of `helo`). RFC 7208 §4.

    `resolver`: as for `gatepost.dkim.verify`. Never raises for what the DNS holds.
    """
    if not sender:
        sender = f"postmaster@{helo}"
    elif sender.startswith("@") or "@" not in sender:
        sender = f"postmaster@{sender.lstrip('@')}"
    domain = sender.rpartition("@")[2].lower().rstrip(".")
    check = _Check(ipaddress.ip_address(ip), sender, helo or domain, resolver_of(resolver))
    try:
        result = check.run(domain)
    except _Stop as stop:
        return SpfResult(stop.result, stop.reason, domain, check.term, check.lookups)
    except TemporaryDnsError as error:
        return SpfResult("temperror", str(error), domain, check.term, check.lookups)
    reason = {"none": f"{domain} publishes no SPF record", "neutral": "no mechanism matched"}.get(result, "")
    return SpfResult(result, reason or f"{check.term} of {domain} matched {ip}", domain, check.term, check.lookups)

"""SPF: whether a host may send for a domain (RFC 7208)."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .. import arguments
from ..addresses import split_address
from ..dns import Resolver, TemporaryDnsError, resolver_of
from .names import asked_domain
from .spf_macros import check_macros, expand
from .spf_record import LOOKUPS, Mechanism, SpfRecord, SpfSyntaxError, is_spf, parse_spf

MOST_LOOKUPS = 10
"""RFC 7208 §4.6.4."""
_MOST_VOID = 2  # likewise
_MOST_NAMES = 10  # likewise, of an MX and of a PTR
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class SpfResult:
    """`result`: "none", "neutral", "pass", "fail", "softfail", "temperror" or "permerror". `reason`: in words.

    `domain`: whose record it was. `term`: the mechanism that decided. `explanation`: the domain's own words for a
    refusal (exp=), somebody else's text. `lookups`: how many of the ten DNS look-ups were used.
    """

    result: str
    reason: str
    domain: str
    term: str = ""
    explanation: str = ""
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
    receiver: str
    dns: Resolver
    lookups: int = 0
    voids: int = 0
    term: str = ""
    explanation: str = ""
    names: list[str] | None = None  # of the client, once they were asked for

    def run(self, domain: str, explain: bool = True) -> str:
        """check_host() of §4. `explain`: whether a refusal here is the answer to the caller (§6.2)."""
        record = self.record(domain)
        if record is None:
            return "none"
        for mechanism in record.mechanisms:
            self.term = str(mechanism)
            if mechanism.name in LOOKUPS:
                self.count()
            if self.matches(mechanism, domain):
                self.term = str(mechanism)
                if explain and mechanism.result == "fail" and record.exp:
                    self.explanation = self.explain(record.exp, domain)
                return mechanism.result
        if record.redirect:
            self.term = f"redirect={record.redirect}"
            self.count()
            result = self.run(self.name(record.redirect, domain), explain)
            if result == "none":
                raise _Stop("permerror", f"redirect={record.redirect} leads to a domain without SPF")
            return result
        self.term = ""
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

    def count(self) -> None:
        if self.lookups == MOST_LOOKUPS:
            raise _Stop("permerror", f"more than {MOST_LOOKUPS} DNS look-ups, at {self.term}")
        self.lookups += 1

    def asked(self, answers: list[_Answer], name: str) -> list[_Answer]:
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
        name = self.name(mechanism.value, domain) if mechanism.value else domain
        if not name.isascii():  # by a macro from a local part, which no name of the DNS can hold (RFC 8616 §4)
            return False
        if mechanism.name == "include":
            return self.included(name)
        if mechanism.name == "a":
            return self.in_addresses(self.asked(self.addresses(name), name), mechanism)
        if mechanism.name == "mx":
            hosts = self.asked(self.dns.mx(name), name)
            if len(hosts) > _MOST_NAMES:
                raise _Stop("permerror", f"{name} has more than {_MOST_NAMES} MX hosts")
            return any(host and self.in_addresses(self.addresses(host), mechanism) for _, host in hosts)
        if mechanism.name == "exists":
            return bool(self.asked(self.dns.a(name), name))
        return any(host == name or host.endswith(f".{name}") for host in self.own_names())

    def included(self, name: str) -> bool:
        result = self.run(name, explain=False)
        if result == "none":
            raise _Stop("permerror", f"include:{name} leads to a domain without SPF")
        return result == "pass"

    def addresses(self, name: str) -> list[str]:
        return self.dns.a(name) if self.ip.version == 4 else self.dns.aaaa(name)

    def in_addresses(self, addresses: list[str], mechanism: Mechanism) -> bool:
        prefix = mechanism.prefix4 if self.ip.version == 4 else mechanism.prefix6
        return any(self.ip in ipaddress.ip_network(f"{address}/{prefix}", strict=False) for address in addresses)

    def own_names(self) -> list[str]:
        """Names of the client that lead back to it (§5.5); worked out once, as they are the same for every term."""
        if self.names is None:
            self.names = [name for name in self.claimed_names() if self.leads_back(name)]
        return self.names

    def claimed_names(self) -> list[str]:
        try:
            return [name.lower() for name in self.asked(self.dns.ptr(str(self.ip)), str(self.ip))[:_MOST_NAMES]]
        except TemporaryDnsError:
            return []

    def leads_back(self, name: str) -> bool:
        try:
            return any(ipaddress.ip_address(address) == self.ip for address in self.addresses(name))
        except TemporaryDnsError:
            return False

    def name(self, text: str, domain: str) -> str:
        """A domain spec with its macros put in; of what is too long, the end (§7.3)."""
        expanded = expand(text, lambda letter: self.value(letter, domain)).rstrip(".").lower()
        while len(expanded) > 253 and "." in expanded:
            expanded = expanded.partition(".")[2]
        return expanded

    def explain(self, exp: str, domain: str) -> str:
        """The domain's words for its refusal; "" where they cannot be had (§6.2)."""
        try:
            texts = self.dns.txt(self.name(exp, domain))
            if len(texts) != 1 or check_macros(texts[0], "slodiphcrtv"):
                return ""
            text = expand(texts[0], lambda letter: self.value(letter, domain))
        except (TemporaryDnsError, _Stop):
            return ""
        return text if text.isascii() and text.isprintable() else ""

    def value(self, letter: str, domain: str) -> str:
        local, host = split_address(self.sender)
        match letter:
            case "i":
                dotted = ".".join(self.ip.exploded.replace(":", ""))
                return str(self.ip) if self.ip.version == 4 else dotted
            case "p":
                return self.best_name(domain)
            case "v":
                return "in-addr" if self.ip.version == 4 else "ip6"
            case "t":
                return str(int(time.time()))
        return {"s": self.sender, "l": local, "o": host, "d": domain, "h": self.helo, "c": str(self.ip)}.get(
            letter, self.receiver
        )

    def best_name(self, domain: str) -> str:
        """For the macro p: the domain itself, else a name below it, else any (§7.3). A look-up like others (§4.6.4)."""
        if self.names is None:
            self.count()
        names = self.own_names()
        below = [name for name in names if name.endswith(f".{domain}")]
        return domain if domain in names else (*below, *names, "unknown")[0]


def _is_name(domain: str) -> bool:
    labels = domain.split(".")
    return (
        len(domain) <= 253
        and domain.isascii()
        and len(labels) > 1
        and not domain.startswith("[")
        and all(0 < len(label) <= 63 for label in labels)
    )


def check_spf(
    ip: str,
    sender: str,
    helo: str = "",
    resolver: Resolver | Mapping[Any, Any] | None = None,
    *,
    receiver: str = "unknown",
) -> SpfResult:
    """Whether `ip` may send for the domain of `sender` (MAIL FROM; empty: postmaster of `helo`). RFC 7208 §4.

    Domains with letters of their own are looked up, and named in the result, as A-labels (RFC 8616). `resolver`: as
    for `gatepost.dkim.verify`. `receiver`: our own name, for explanations. What the DNS holds never raises; InputError
    where `ip` is not an address, or `sender` or `helo` not text.
    """
    address = arguments.ip_address("ip", ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    arguments.text("sender", sender)
    arguments.text("receiver", receiver)
    helo = asked_domain(helo, "helo")
    local, host = split_address(sender)
    domain = asked_domain(host) or helo
    sender = f"{local or 'postmaster'}@{domain}"
    check = _Check(address, sender, helo or domain, receiver, resolver_of(resolver))
    try:
        result = check.run(domain)
    except _Stop as stop:
        return SpfResult(stop.result, stop.reason, domain, check.term, "", check.lookups)
    except TemporaryDnsError as error:
        return SpfResult("temperror", str(error), domain, check.term, "", check.lookups)
    none = f"{domain} publishes no SPF record" if _is_name(domain) else f"{domain!r} is not a domain to ask about"
    reason = {"none": none, "neutral": "no mechanism matched"}.get(result, "")
    if check.term:
        reason = f"{check.term} of {domain} matched {ip}"
    return SpfResult(result, reason, domain, check.term, check.explanation, check.lookups)

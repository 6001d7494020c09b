"""PTR: whether the address that sends has a name that leads back to it (RFC 1912 §2.1)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from ...dns import Resolver
from ...errors import InputError
from .. import replies
from ..finding import DnsRecord, Finding

_TOPIC = "PTR"
_MOST_NAMES = 10


def check_ptr(domain: str, ip: str, dns: Resolver) -> Iterator[Finding]:
    """InputError where `ip` is not an address; TemporaryDnsError where the DNS does not answer."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        raise InputError(f"ip {ip!r} is not an IP address") from None
    names = dns.ptr(ip)[:_MOST_NAMES]
    wanted = DnsRecord(address.reverse_pointer, "PTR", f"mail.{domain}")
    if not names:
        message = f"{ip} has no name in the DNS; whoever owns the address (the hosting company) can give it one"
        yield Finding(_TOPIC, "error", message, wanted, replies.NO_PTR)
        return
    good = [name for name in names if _leads_back(name, address, dns)]
    if good:
        yield Finding(_TOPIC, "ok", f"{ip} is {good[0]}, and back")
        return
    message = f"{ip} calls itself {names[0]}, but that name does not lead back to it"
    kind = "A" if address.version == 4 else "AAAA"
    yield Finding(_TOPIC, "error", message, DnsRecord(names[0], kind, str(address)), replies.NO_PTR)


def _leads_back(name: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address, dns: Resolver) -> bool:
    found = dns.a(name) if address.version == 4 else dns.aaaa(name)
    return any(ipaddress.ip_address(one) == address for one in found)

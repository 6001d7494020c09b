"""MX: whether anybody can answer, and bounces come back (RFC 5321 §5.1, RFC 7505)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from ...dns import Resolver
from .. import replies
from ..finding import DnsRecord, Finding, Severity

_TOPIC = "MX"


def check_mx(domain: str, dns: Resolver) -> Iterator[Finding]:
    """TemporaryDnsError where the DNS does not answer."""
    wanted = DnsRecord(domain, "MX", f"10 mx.{domain}")
    hosts = dns.mx(domain)
    if not hosts:
        if dns.a(domain) or dns.aaaa(domain):
            message = f"{domain} has no MX record; mail goes to its own address, which may be a web server's"
            yield Finding(_TOPIC, "warning", message, wanted)
        else:
            message = f"{domain} has neither MX nor address: as a sender's domain it does not exist"
            yield Finding(_TOPIC, "error", message, wanted, replies.NO_DOMAIN)
        return
    if any(not host for _, host in hosts):
        message = f"{domain} says that it takes no mail (null MX), so servers refuse mail from it"
        yield Finding(_TOPIC, "error", message, wanted, replies.NULL_MX)
        return
    dead = [host for _, host in hosts if not _leads_somewhere(host, dns)]
    severity: Severity = "error" if len(dead) == len(hosts) else "warning"
    for host in dead:
        message = f"the MX host {host} has no address" if not _is_address(host) else f"the MX {host} is not a host name"
        yield Finding(_TOPIC, severity, message, None, replies.NO_DOMAIN if severity == "error" else ())
    if not dead:
        yield Finding(_TOPIC, "ok", f"mail goes to {', '.join(host for _, host in hosts)}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _leads_somewhere(host: str, dns: Resolver) -> bool:
    return not _is_address(host) and bool(dns.a(host) or dns.aaaa(host))

"""Where letters of an address are handed in, found by its domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..addresses import domain_of
from ..dns import Resolver, Service, TemporaryDnsError
from ..language import gettext as _
from .presets import preset_by_mx, preset_named, preset_of_domain

_SERVICES = (("_submissions._tcp", "tls"), ("_submission._tcp", "starttls"))
"""RFC 8314 §5.1 and RFC 6186 §3.1: of equal priority TLS from the first byte comes first."""


@dataclass(frozen=True, slots=True)
class FoundServer:
    """What was found: `settings` for the accounts file ({} where nothing was) and how, a sentence each.

    `elsewhere`: the host that the DNS names is not below the domain of the address; whoever answers for the DNS could
    have letters and passwords sent there, so a person should agree first (RFC 6186 §6).
    """

    settings: dict[str, Any] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    elsewhere: str = ""
    trouble: str = ""  # why the DNS was of no help


def find_server(address: str, resolver: Resolver) -> FoundServer:
    """The preset of the address's domain; else of the host that its MX records name, or of the domain of that host;
    else what the domain's SRV records say."""
    domain = domain_of(address).lower().rstrip(".")
    if (preset := preset_of_domain(domain)) is not None:
        return FoundServer({"preset": preset})
    trouble = []
    for look in (_by_mx, _by_srv):
        try:
            if (found := look(domain, resolver)) is not None:
                return found
        except TemporaryDnsError as error:
            trouble.append(str(error))
    return FoundServer(trouble="; ".join(trouble))


def _by_mx(domain: str, resolver: Resolver) -> FoundServer | None:
    named = preset_by_mx(domain, resolver)
    if named is None:
        return None
    preset, host = named
    words = _("the mail of {domain} is at {provider}, as its MX {host} says")
    return FoundServer(
        {"preset": preset}, [words.format(domain=domain, provider=preset_named(preset)[1].title, host=host)]
    )


def _by_srv(domain: str, resolver: Resolver) -> FoundServer | None:
    offered = sorted(_offers(domain, resolver), key=lambda one: one[0].priority)  # stable: TLS before STARTTLS
    if not offered:
        return None
    service, security = offered[0]
    host = service.host.lower()
    words = _("{domain} says by SRV records that letters are handed in at {server} ({security})")
    finding = words.format(domain=domain, server=f"{host}:{service.port}", security=security)
    below = host == domain or host.endswith(f".{domain}")
    settings = {"host": host, "port": service.port, "security": security}
    return FoundServer(settings, [finding], "" if below else host)


def _offers(domain: str, resolver: Resolver) -> Iterator[tuple[Service, str]]:
    for name, security in _SERVICES:
        for service in resolver.srv(f"{name}.{domain}"):
            if service.host and 0 < service.port <= 65535:  # the host "." says that the service is not offered
                yield service, security

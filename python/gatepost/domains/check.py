"""domains.check(): whether a domain is set up to send (R9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..dkim import DkimSigner, wire_domain
from ..dns import Resolver, TemporaryDnsError, resolver_of
from .checks.dkim import check_dkim_keys
from .checks.dmarc import check_dmarc_record
from .checks.mx import check_mx
from .checks.ptr import check_ptr
from .checks.spf import check_spf_record
from .checks.transport import check_transport
from .finding import DomainReport, Finding


def check(
    domain: str,
    include: str | None = None,
    selectors: Iterable[str] = (),
    dkim: Sequence[DkimSigner] = (),
    *,
    ip: str | Iterable[str] = (),
    resolver: Resolver | Mapping[Any, Any] | None = None,
) -> DomainReport:
    """Looks at what the DNS says about mail from a domain: SPF, DKIM, DMARC, MX, MTA-STS, TLS-RPT, PTR.

    `include`: what its SPF record must include for the provider that sends ("spf.sendsay.ru", G6). `selectors`: DKIM
    selectors whose keys must be readable. `dkim`: signers whose keys must be the published ones. `ip`: addresses that
    send, whose names must lead back. `resolver`: as for `gatepost.dkim.verify`.

    Each finding has the record to publish and the replies that servers will give without it. What the DNS holds never
    raises; InputError where `domain` or `ip` is none.
    """
    domain = wire_domain(domain.rstrip(".")).lower()
    dns = resolver_of(resolver)
    addresses = [ip] if isinstance(ip, str) else list(ip)
    findings = [
        *_tried("SPF", partial(check_spf_record, domain, include, dns)),
        *_tried("DKIM", partial(check_dkim_keys, domain, selectors, dkim, dns)),
        *_tried("DMARC", partial(check_dmarc_record, domain, dns)),
        *_tried("MX", partial(check_mx, domain, dns)),
        *_tried("MTA-STS", partial(check_transport, domain, dns)),
    ]
    for address in addresses:
        findings += _tried("PTR", partial(check_ptr, domain, address, dns))
    return DomainReport(domain, tuple(findings))


def _tried(topic: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """All findings of one topic, up to the question that nobody answered."""
    findings: list[Finding] = []
    try:
        findings.extend(look())
    except TemporaryDnsError as error:
        findings.append(Finding(topic, "unknown", f"the DNS did not answer; ask again later ({error})"))
    return findings

"""domains.check(): whether a domain is set up to send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from .. import arguments
from ..dkim import DkimSigner, wire_domain
from ..dns import BudgetedResolver, Resolver, TemporaryDnsError, resolver_of
from ..errors import InputError
from .checks.dkim import check_dkim_keys
from .checks.dmarc import check_dmarc_record
from .checks.mx import check_mx
from .checks.ptr import check_ptr
from .checks.spf import check_spf_record
from .checks.transport import check_transport
from .finding import DomainReport, Finding
from .https import fetch_over_https
from .names import record_name
from .spf_record import SpfSyntaxError, parse_spf
from .sts_policy import Fetch

_MOST_QUESTIONS = 200  # beside those about what the caller names; the largest providers need some 40


def check(
    domain: str,
    include: str | None = None,
    selectors: str | Iterable[str] = (),
    dkim: DkimSigner | Iterable[DkimSigner] = (),
    *,
    ip: str | Iterable[str] = (),
    resolver: Resolver | Mapping[Any, Any] | None = None,
    fetch: Fetch | None = None,
) -> DomainReport:
    """Looks at what the DNS says about mail from a domain: SPF, DKIM, DMARC, MX, MTA-STS, TLS-RPT, PTR.

    `include`: what its SPF record must include for the provider that sends ("spf.sendsay.ru"). `selectors`: DKIM
    selectors whose keys must be readable. `dkim`: signers whose keys must be the published ones. `ip`: addresses that
    send, whose names must lead back. Of these three, one or several. `resolver`: as for `gatepost.dkim.verify`.
    `fetch`: takes the URL of the MTA-STS policy file and returns its bytes, or raises OSError; by default it is fetched
    over HTTPS where the system's DNS is asked, and not at all where `resolver` is given.

    It asks the DNS 200 questions at most, and those about what you name, within 30 s; what is left then is "unknown".

    Each finding has the record to publish and the replies that servers will give without it. What the DNS holds never
    raises; InputError where an argument is not what it must be.
    """
    domain = _own_domain(domain)
    include = None if include is None else _provider(include)
    selectors = arguments.one_or_several(record_name)("selectors", selectors)
    dkim = arguments.one_or_several(arguments.instance(DkimSigner))("dkim", dkim)
    addresses = [str(one) for one in arguments.one_or_several(arguments.ip_address)("ip", ip)]
    wanted = len(selectors) + len(dkim) + 4 * len(addresses)
    dns = BudgetedResolver(resolver_of(resolver), questions=_MOST_QUESTIONS + wanted)
    if fetch is not None and not callable(fetch):
        raise arguments.refuse("fetch", "a function of a URL", fetch)
    if fetch is None and resolver is None:
        fetch = fetch_over_https
    findings = [
        *_tried("SPF", partial(check_spf_record, domain, include, dns)),
        *_tried("DKIM", partial(check_dkim_keys, domain, selectors, dkim, dns)),
        *_tried("DMARC", partial(check_dmarc_record, domain, dns)),
        *_tried("MX", partial(check_mx, domain, dns)),
        *_tried("MTA-STS", partial(check_transport, domain, dns, fetch)),
    ]
    for address in addresses:
        findings += _tried("PTR", partial(check_ptr, domain, address, dns))
    return DomainReport(domain, tuple(findings))


def _own_domain(domain: object) -> str:
    name = arguments.text("domain", domain)
    if name.startswith("["):
        raise InputError(f"domain {name!r} is an address, of which the DNS says nothing")
    return wire_domain(name.rstrip(".")).lower()


def _provider(include: object) -> str:
    if not isinstance(include, str) or "%" not in include:
        return record_name("include", include)
    try:
        mechanisms = parse_spf(f"v=spf1 include:{include}").mechanisms
    except SpfSyntaxError as error:
        raise InputError(f"include {include!r}: {error}") from None
    if len(mechanisms) != 1:
        raise InputError(f"include {include!r} is not one name")
    return include


def _tried(topic: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """All findings of one topic, up to the question that nobody answered."""
    findings: list[Finding] = []
    try:
        findings.extend(look())
    except TemporaryDnsError as error:
        findings.append(Finding(topic, "unknown", f"the DNS did not answer; ask again later ({error})"))
    return findings

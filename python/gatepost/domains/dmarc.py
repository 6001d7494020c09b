"""DMARC: what a domain asks receivers to do with letters in its name (RFC 9989)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..dns import Resolver, TemporaryDnsError, resolver_of
from .organisation import aligned, dmarc_record, organisational_domain

_POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class DmarcPolicy:
    """The policy that applies to a domain. `found_at`: where its record stands. `policy`: "none", "quarantine" or
    "reject"; `subdomain_policy` and `nonexistent_policy` likewise (sp=, np=). `strict_dkim`, `strict_spf`: adkim=s,
    aspf=s. `reports`: rua= addresses. `testing`: t=y."""

    found_at: str
    policy: str
    subdomain_policy: str
    nonexistent_policy: str
    strict_dkim: bool = False
    strict_spf: bool = False
    testing: bool = False
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DmarcResult:
    """`result`: "pass", "fail", "none", "temperror" or "permerror". `disposition`: what the domain asks for: "none",
    "quarantine" or "reject". `by`: what aligned, "dkim" or "spf"."""

    result: str
    disposition: str
    domain: str
    reason: str
    by: str = ""
    policy: DmarcPolicy | None = None


def find_policy(domain: str, resolver: Resolver | Mapping[Any, Any] | None = None) -> DmarcPolicy | None:
    """The policy for letters from `domain`: its own record, else its organisation's, else None (RFC 9989 §4.10).

    TemporaryDnsError where the DNS does not answer.
    """
    dns = resolver_of(resolver)
    domain = domain.lower().rstrip(".")
    record, found_at = dmarc_record(domain, dns), domain
    if record is None:
        found_at = organisational_domain(domain, dns)
        record = dmarc_record(found_at, dns) if found_at != domain else None
    if record is None:
        return None
    reports = tuple(address.strip() for address in record.get("rua", "").split(",") if address.strip())
    policy = record.get("p", "").lower()
    if policy not in _POLICIES:
        policy = "none"  # a record without a usable p= only wants reports (§4.7)
    below = record.get("sp", policy).lower()
    below = below if below in _POLICIES else policy
    missing = record.get("np", below).lower()
    return DmarcPolicy(
        found_at,
        policy,
        below,
        missing if missing in _POLICIES else below,
        record.get("adkim", "r").lower() == "s",
        record.get("aspf", "r").lower() == "s",
        record.get("t", "n").lower() == "y",
        reports,
    )


def check_dmarc(
    author: str,
    *,
    dkim: Iterable[str] = (),
    spf: str | None = None,
    resolver: Resolver | Mapping[Any, Any] | None = None,
) -> DmarcResult:
    """Evaluates DMARC for a letter whose From is of the domain `author` (RFC 9989 §5).

    `dkim`: d= of each signature that passed. `spf`: the MAIL FROM domain where SPF passed, else None. Never raises for
    what the DNS holds.
    """
    dns = resolver_of(resolver)
    domain = author.lower().rstrip(".")
    try:
        policy = find_policy(domain, dns)
        if policy is None:
            return DmarcResult("none", "none", domain, f"{domain} publishes no DMARC policy")
        for signer in dkim:
            if aligned(signer, domain, dns, strict=policy.strict_dkim):
                return DmarcResult("pass", "none", domain, f"the signature of {signer} is aligned", "dkim", policy)
        if spf and aligned(spf, domain, dns, strict=policy.strict_spf):
            return DmarcResult("pass", "none", domain, f"SPF of {spf} is aligned", "spf", policy)
        asked = policy.policy if policy.found_at == domain else policy.subdomain_policy
    except TemporaryDnsError as error:
        return DmarcResult("temperror", "none", domain, str(error))
    # A domain that tests asks for one step less (§4.7, t=).
    disposition = _POLICIES[max(0, _POLICIES.index(asked) - 1)] if policy.testing else asked
    reason = f"neither DKIM nor SPF passed for {domain} or its organisation"
    return DmarcResult("fail", disposition, domain, reason, "", policy)

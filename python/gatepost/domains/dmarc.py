"""DMARC: what a domain asks receivers to do with letters in its name (RFC 9989)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import arguments
from ..dns import Resolver, TemporaryDnsError, resolver_of
from ..dns.organisation import DmarcRecord, aligned, dmarc_record, organisation_of, walk
from .names import asked_domain

POLICIES = ("none", "quarantine", "reject")
"""From the mildest up."""


@dataclass(frozen=True, slots=True)
class DmarcPolicy:
    """The policy that applies to a domain.

    `found_at`: where its record stands. `policy`: "none", "quarantine" or "reject"; `subdomain_policy` and
    `nonexistent_policy` likewise (sp=, np=). `strict_dkim`, `strict_spf`: adkim=s, aspf=s. `testing`: t=y. `reports`:
    where reports go (rua=), "mailto:..." each.
    """

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
    """`result`: "pass", "fail", "none" or "temperror". `domain`: the author's. `reason`: in words.

    `disposition`: what the domain asks for: "none", "quarantine" or "reject". `by`: what aligned, "dkim" or "spf".
    """

    result: str
    disposition: str
    domain: str
    reason: str
    by: str = ""
    policy: DmarcPolicy | None = None


def find_policy(domain: str, resolver: Resolver | Mapping[Any, Any] | None = None) -> DmarcPolicy | None:
    """The policy for letters from `domain`: its own record's, else its organisation's, else that of the public suffix.

    None where there is none. TemporaryDnsError where the DNS does not answer. RFC 9989 §4.10.1.
    """
    dns = resolver_of(resolver)
    domain = asked_domain(domain)
    record = _applicable_record(domain, dns)
    return _policy_of(record) if record is not None else None


def _applicable_record(domain: str, dns: Resolver) -> DmarcRecord | None:
    own = dmarc_record(domain, dns)
    if own is not None:
        return own
    records = walk(domain, dns)
    organisation = organisation_of(domain, records)
    return next((record for record in records if record.domain == organisation or record.psd == "y"), None)


def _policy_of(record: DmarcRecord) -> DmarcPolicy | None:
    """None where the record has neither a policy that can be read nor an address for reports."""
    tags = record.tags
    reports = tuple(address.strip() for address in tags.get("rua", "").split(",") if ":" in address)
    policies = {name: tags[name].lower() for name in ("p", "sp", "np") if name in tags}
    if "p" not in policies or any(policy not in POLICIES for policy in policies.values()):
        if not reports:
            return None
        policies = {}
    policy = policies.get("p", "none")
    below = policies.get("sp", policy)
    return DmarcPolicy(
        found_at=record.domain,
        policy=policy,
        subdomain_policy=below,
        nonexistent_policy=policies.get("np", below),
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
        testing=tags.get("t", "n").lower() == "y",
        reports=reports,
    )


def check_dmarc(
    author: str,
    *,
    dkim: Iterable[str] = (),
    spf: str | None = None,
    resolver: Resolver | Mapping[Any, Any] | None = None,
) -> DmarcResult:
    """Evaluates DMARC for a letter whose From is of the domain `author` (RFC 9989 §5).

    `dkim`: d= of each signature that passed. `spf`: the MAIL FROM domain where SPF passed, else None. Domains with
    letters of their own are looked up as A-labels. Never raises for what the DNS holds.
    """
    dns = resolver_of(resolver)
    domain = asked_domain(author, "author")
    signers = arguments.one_or_several(arguments.text)("dkim", dkim)
    arguments.optional(arguments.text)("spf", spf)
    if not domain:
        return DmarcResult("none", "none", "", "the author has no domain")
    try:
        policy = find_policy(domain, dns)
        if policy is None:
            return DmarcResult("none", "none", domain, f"{domain} publishes no DMARC policy")
        for signer in signers:
            if aligned(asked_domain(signer), domain, dns, strict=policy.strict_dkim):
                return DmarcResult("pass", "none", domain, f"the signature of {signer} is aligned", "dkim", policy)
        if spf and aligned(asked_domain(spf), domain, dns, strict=policy.strict_spf):
            return DmarcResult("pass", "none", domain, f"SPF of {spf} is aligned", "spf", policy)
        asked = _asked_for(policy, domain, dns)
    except TemporaryDnsError as error:
        return DmarcResult("temperror", "none", domain, str(error))
    # A domain that tests asks for one step less (§4.7, t=).
    disposition = POLICIES[max(0, POLICIES.index(asked) - 1)] if policy.testing else asked
    reason = f"neither DKIM nor SPF passed for {domain} or its organisation"
    return DmarcResult("fail", disposition, domain, reason, "", policy)


def _asked_for(policy: DmarcPolicy, domain: str, dns: Resolver) -> str:
    if policy.found_at == domain:
        return policy.policy
    if policy.nonexistent_policy == policy.subdomain_policy or dns.exists(domain):
        return policy.subdomain_policy
    return policy.nonexistent_policy

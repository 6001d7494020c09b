"""The DMARC record: is there one that applies, what does it ask, where do reports go (RFC 9989, 9990)."""

from __future__ import annotations

from collections.abc import Iterator

from ...dns import Resolver
from ...organisation import aligned, dmarc_tags
from .. import replies
from ..dmarc import DmarcPolicy, find_policy
from ..finding import DnsRecord, Finding

_TOPIC = "DMARC"


def check_dmarc_record(domain: str, dns: Resolver) -> Iterator[Finding]:
    """TemporaryDnsError where the DNS does not answer."""
    name = f"_dmarc.{domain}"
    start = DnsRecord(name, "TXT", f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}")
    own = [text for text in dns.txt(name) if dmarc_tags(text) is not None]
    if len(own) > 1:
        message = f"{name} publishes {len(own)} DMARC records; receivers then heed none"
        yield Finding(_TOPIC, "error", message, DnsRecord(name, "TXT", own[0]), replies.UNAUTHENTICATED)
        return
    policy = find_policy(domain, dns)
    if policy is None:
        message = "no DMARC policy applies to the domain; large mailbox providers want one of those who send in bulk"
        if own:
            message = f"the DMARC record {own[0]!r} has neither a policy that can be read nor an address for reports"
        yield Finding(_TOPIC, "error", message, start, replies.UNAUTHENTICATED)
        return
    asked = policy.policy if policy.found_at == domain else policy.subdomain_policy
    where = "" if policy.found_at == domain else f", by the record of {policy.found_at}"
    if asked == "none":
        message = f"DMARC only watches (p=none{where}): nothing keeps others from sending in the domain's name"
        yield Finding(_TOPIC, "warning", message, _stricter(policy))
    else:
        yield Finding(_TOPIC, "ok", f"letters that are not proven are to be treated with {asked!r}{where}")
    if policy.testing:
        yield Finding(_TOPIC, "note", "DMARC is on trial (t=y): receivers do one step less than the policy asks")
    yield from _check_reports(policy, dns)


def _stricter(policy: DmarcPolicy) -> DnsRecord:
    reports = ",".join(policy.reports) or f"mailto:dmarc@{policy.found_at}"
    return DnsRecord(f"_dmarc.{policy.found_at}", "TXT", f"v=DMARC1; p=quarantine; rua={reports}")


def _check_reports(policy: DmarcPolicy, dns: Resolver) -> Iterator[Finding]:
    if not policy.reports:
        message = "DMARC names no address for reports (rua=), so nobody learns who sends in the domain's name"
        yield Finding(_TOPIC, "note", message)
    for address in policy.reports:
        host = address.rpartition("@")[2].partition("!")[0].lower().rstrip(".")
        if not host or aligned(host, policy.found_at, dns):
            continue
        name = f"{policy.found_at}._report._dmarc.{host}"
        if not any(dmarc_tags(text) is not None for text in dns.txt(name)):
            message = f"{host} has not agreed to receive the domain's reports, so they are not sent (RFC 9990 §4)"
            yield Finding(_TOPIC, "warning", message, DnsRecord(name, "TXT", "v=DMARC1"))

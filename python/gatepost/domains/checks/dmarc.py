"""The DMARC record: is there one that applies, what does it ask, where do reports go (RFC 9989, 9990)."""

from __future__ import annotations

from collections.abc import Iterator

from ...addresses import domain_of
from ...dns import Resolver
from ...dns.organisation import aligned, dmarc_tags
from .. import replies
from ..dmarc import DmarcPolicy, find_policy
from ..dmarc_text import begun_again, for_subdomain, mended, merged, unreadable, with_tag
from ..finding import DnsRecord, Finding

_TOPIC = "DMARC"


def check_dmarc_record(domain: str, dns: Resolver) -> Iterator[Finding]:
    """TemporaryDnsError where the DNS does not answer."""
    name = f"_dmarc.{domain}"
    published = dns.txt(name)
    own = [text for text in published if dmarc_tags(text) is not None]
    if len(own) > 1:
        message = f"{name} publishes {len(own)} DMARC records; receivers then heed none. Publish one in their place"
        yield Finding(_TOPIC, "error", message, DnsRecord(name, "TXT", merged(own)), replies.UNAUTHENTICATED)
        return
    policy = find_policy(domain, dns)
    broken = [] if own else [(text, begun) for text in published if (begun := begun_again(text)) is not None]
    for text, begun in broken:
        record = DnsRecord(name, "TXT", _beginners(domain, begun))
        cost = () if policy else replies.UNAUTHENTICATED
        message = f"{text!r} is not a DMARC record for receivers: it must begin with 'v=DMARC1;'"
        yield Finding(_TOPIC, "warning" if policy else "error", message, record, cost)
    if policy is None:
        if not broken:
            yield _no_policy(domain, own)
        return
    yield _asked(domain, policy, dns)
    if policy.testing:
        yield Finding(_TOPIC, "note", "DMARC is on trial (t=y): receivers do one step less than the policy asks")
    yield from _check_reports(policy, dns)


def _no_policy(domain: str, own: list[str]) -> Finding:
    message = "no DMARC policy applies to the domain; large mailbox providers want one of those who send in bulk"
    if own:
        message = f"the DMARC record {own[0]!r} has neither a policy that can be read nor an address for reports"
    record = DnsRecord(f"_dmarc.{domain}", "TXT", _beginners(domain, own[0] if own else "v=DMARC1"))
    return Finding(_TOPIC, "error", message, record, replies.UNAUTHENTICATED)


def _beginners(domain: str, text: str) -> str:
    """The record with a policy, and an address for reports."""
    text = mended(text, "none")
    return text if "rua" in (dmarc_tags(text) or {}) else with_tag(text, "rua", f"mailto:dmarc@{domain}")


def _asked(domain: str, policy: DmarcPolicy, dns: Resolver) -> Finding:
    """What is asked of receivers for letters of the domain."""
    inherited = policy.found_at != domain
    asked = policy.subdomain_policy if inherited else policy.policy
    where = f", by the record of {policy.found_at}" if inherited else ""
    texts = [text for text in dns.txt(f"_dmarc.{policy.found_at}") if dmarc_tags(text) is not None]
    text = texts[0] if texts else "v=DMARC1"
    tags = dmarc_tags(text) or {}
    if asked != "none":
        return Finding(_TOPIC, "ok", f"letters that are not proven are to be treated with {asked!r}{where}")
    tag = "sp" if inherited and "sp" in tags else "p"
    message = f"DMARC only watches ({tag}=none{where}): nothing keeps others from sending in the domain's name"
    if wrong := unreadable(tags):
        message = f"receivers cannot read the DMARC policy ({', '.join(wrong)}{where}) and so only watch"
    if not inherited:
        value = mended(text, "quarantine")
    else:
        # The record above is for others too; and that of a public suffix is somebody else's.
        value = for_subdomain("v=DMARC1" if tags.get("psd", "").lower() == "y" else text)
    return Finding(_TOPIC, "warning", message, DnsRecord(f"_dmarc.{domain}", "TXT", value))


def _check_reports(policy: DmarcPolicy, dns: Resolver) -> Iterator[Finding]:
    if not policy.reports:
        message = "DMARC names no address for reports (rua=), so nobody learns who sends in the domain's name"
        yield Finding(_TOPIC, "note", message)
    for address in policy.reports:
        host = domain_of(address).partition("!")[0].lower().rstrip(".")
        if not host or aligned(host, policy.found_at, dns):
            continue
        name = f"{policy.found_at}._report._dmarc.{host}"
        if not any(dmarc_tags(text) is not None for text in dns.txt(name)):
            message = f"{host} has not agreed to receive the domain's reports, so they are not sent (RFC 9990 §4)"
            yield Finding(_TOPIC, "warning", message, DnsRecord(name, "TXT", "v=DMARC1"))

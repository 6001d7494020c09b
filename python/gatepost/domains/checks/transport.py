"""MTA-STS (RFC 8461) and TLS-RPT (RFC 8460): what the domain says of TLS to those who send to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from ...dns import Resolver
from ..finding import DnsRecord, Finding
from ..sts_policy import Fetch, StsPolicy, parse_policy

_STS = re.compile(r"v=STSv1\s*;(?:.*;)?\s*id=[A-Za-z0-9]{1,32}\s*(?:;.*)?", re.DOTALL)
_RPT = re.compile(r"v=TLSRPTv1\s*;(?:.*;)?\s*rua=(?:mailto:|https:)\S+.*", re.DOTALL)


def check_transport(domain: str, dns: Resolver, fetch: Fetch | None) -> Iterator[Finding]:
    """Nothing here makes servers refuse mail from the domain. `fetch`: how to get the policy file; None: not at all.
    TemporaryDnsError where the DNS does not answer."""
    records = [text for text in dns.txt(f"_mta-sts.{domain}") if text.startswith("v=STSv1")]
    wanted = DnsRecord(f"_mta-sts.{domain}", "TXT", f"v=STSv1; id={datetime.now(UTC):%Y%m%d%H%M%S}")
    if not records:
        message = f"no MTA-STS: mail to {domain} may go unencrypted. It wants a policy file at mta-sts.{domain} too"
        yield Finding("MTA-STS", "note", message, wanted)
    elif len(records) > 1 or not _STS.fullmatch(records[0]):
        yield Finding("MTA-STS", "warning", f"the MTA-STS record cannot be read: {'; '.join(records)!r}", wanted)
    elif fetch is None:
        yield Finding("MTA-STS", "ok", f"{records[0]!r}; the policy file itself was not fetched")
    else:
        yield _policy(domain, records[0], dns, fetch)

    records = [text for text in dns.txt(f"_smtp._tls.{domain}") if text.startswith("v=TLSRPTv1")]
    wanted = DnsRecord(f"_smtp._tls.{domain}", "TXT", f"v=TLSRPTv1; rua=mailto:tls-reports@{domain}")
    if not records:
        yield Finding("TLS-RPT", "note", f"nobody reports failed TLS towards {domain}", wanted)
    elif len(records) > 1 or not _RPT.fullmatch(records[0]):
        yield Finding("TLS-RPT", "warning", f"the TLS-RPT record cannot be read: {'; '.join(records)!r}", wanted)
    else:
        yield Finding("TLS-RPT", "ok", f"{records[0]!r}")


def _policy(domain: str, record: str, dns: Resolver, fetch: Fetch) -> Finding:
    url = f"https://mta-sts.{domain}/.well-known/mta-sts.txt"
    try:
        policy = parse_policy(fetch(url).decode("ascii", "replace"))
    except (OSError, ValueError) as error:
        return Finding("MTA-STS", "warning", f"{url} is not a valid policy, so senders go without one: {error}")
    left = [host for _, host in dns.mx(domain) if host and not policy.covers(host)]
    if left and policy.mode != "none":
        return Finding("MTA-STS", "warning", _uncovered(policy, url, left))
    if policy.mode != "enforce":
        message = f"the mode of {url} is {policy.mode}: senders do not insist on TLS yet"
        return Finding("MTA-STS", "note", message)
    return Finding("MTA-STS", "ok", f"{record!r}; {url} is enforced for {', '.join(policy.mx)}")


def _uncovered(policy: StsPolicy, url: str, hosts: list[str]) -> str:
    what = "does not go there" if policy.mode == "enforce" else "would not go there, were its mode enforce"
    lines = ", ".join(f"'mx: {host}'" for host in hosts)
    return f"{url} does not name the MX {', '.join(hosts)}: mail of senders that keep to it {what}. Add {lines}"

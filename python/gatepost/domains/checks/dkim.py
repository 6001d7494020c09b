"""DKIM keys: can each be read, and is it the one that signs (RFC 6376, 8301)."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from ... import _core
from ...dkim import DkimSigner
from ...dns import Resolver
from ...dns.organisation import aligned
from .. import replies
from ..finding import DnsRecord, Finding

_TOPIC = "DKIM"
_ENOUGH_BITS = 2048


def check_dkim_keys(
    domain: str, selectors: Iterable[str], signers: Iterable[DkimSigner], dns: Resolver
) -> Iterator[Finding]:
    """TemporaryDnsError where the DNS does not answer."""
    signers = list(signers)
    signed = {signer.record_name for signer in signers}
    names = [name for selector in selectors if (name := f"{selector}._domainkey.{domain}") not in signed]
    if not names and not signers:
        message = "no key was looked at: selectors cannot be listed by the DNS; name yours (selectors=, dkim=)"
        yield Finding(_TOPIC, "note", message)
    for name in names:
        yield from _check_record(name, dns.txt(name), None)
    for signer in signers:
        yield from _check_record(signer.record_name, dns.txt(signer.record_name), signer)
        if not aligned(signer.domain, domain, dns):
            message = f"the signer of {signer.domain} does not count for letters from {domain} (DMARC alignment)"
            yield Finding(_TOPIC, "error", message, None, replies.DMARC)


def _check_record(name: str, records: list[str], signer: DkimSigner | None) -> Iterator[Finding]:
    wanted = DnsRecord(name, "TXT", signer.key.dns_record()) if signer is not None else None
    if len(records) != 1:
        problem = f"publishes {len(records)} records, and there may be one" if records else "publishes no key"
        yield Finding(_TOPIC, "error", f"{name} {problem}", wanted, replies.DKIM)
        return
    key = _core.dkim_read_key(records[0])
    if key["reason"] != "none":
        yield Finding(_TOPIC, "error", f"{name}: {key['explanation']}", wanted, replies.DKIM)
        return
    reason = _reason_against(signer, records[0]) if signer is not None else "none"
    if reason in ("signature", "testing", "key_type"):
        yield Finding(_TOPIC, "error", f"{name} publishes another key than the signer has", wanted, replies.DKIM)
        return
    if reason == "identity":
        message = f"{name} says t=s: it does not hold for the signer's identity (i=), which is of a subdomain"
        yield Finding(_TOPIC, "error", message, wanted, replies.DKIM)
        return
    if key["testing"]:
        yield Finding(_TOPIC, "warning", f"{name} says t=y: receivers treat its letters as unsigned where they fail")
    if key["kind"] == "rsa" and key["bits"] < _ENOUGH_BITS:
        message = f"{name} holds an RSA key of {key['bits']} bits; use {_ENOUGH_BITS} (RFC 8301)"
        yield Finding(_TOPIC, "warning", message)
    else:
        yield Finding(_TOPIC, "ok", f"{name} holds a key: {key['kind']}, {key['bits']} bits")


def _reason_against(signer: DkimSigner, record: str) -> str:
    """Why receivers who find this record do not take what the signer signs; "none" where they do."""
    now = time.time()
    letter = _core.dkim_sign(f"From: <postmaster@{signer.domain}>\r\n\r\n".encode(), [signer._core], now)
    [row] = _core.dkim_verify(letter, {signer.record_name: [record]}, now)
    return row["reason"]

"""Verification of the DKIM signatures of a letter."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from .. import _core
from ..dns import Resolver, TemporaryDnsError, resolver_of
from ..domains.organisation import aligned


@dataclass(frozen=True, slots=True)
class DkimResult:
    """What became of one signature.

    `status`: "pass", "fail", "policy", "neutral", "temperror", "permerror" (RFC 8601 §2.7.1). `reason`: a word for
    machines ("none" where it passed, "body_hash", "key_revoked", "expired" ...), `explanation` a sentence for people.
    `domain` and `selector`: d= and s=. `aligned`: whether d= belongs to the organisation of the From header, as DMARC
    asks (relaxed; RFC 9989). `identity`: i=. `algorithm`: a=. `signature`: the first characters of b=. `key_bits`: 0
    where no key was found. `testing`: the domain's record says t=y.
    """

    status: str
    reason: str
    domain: str
    selector: str
    aligned: bool
    explanation: str = ""
    identity: str = ""
    algorithm: str = ""
    signature: str = ""
    key_bits: int = 0
    testing: bool = False

    @property
    def passed(self) -> bool:
        """Whether the signature is good."""
        return self.status == "pass"


def verify(
    raw: bytes, resolver: Resolver | Mapping[str, str | list[str]] | None = None, *, now: float | None = None
) -> list[DkimResult]:
    """Verifies each DKIM-Signature of a letter, top to bottom; [] where there is none.

    `resolver`: where keys come from: a mapping of names to TXT records (for tests), a `gatepost.dns.Resolver`, or None
    for the system's DNS. `now`: Unix seconds. At most 10 signatures of at most 50 header names each are looked at.
    RFC 6376 §6, RFC 8301, RFC 8463.
    """
    dns = resolver_of(resolver)
    answers: dict[str, list[str] | None] = {}
    for name in _core.dkim_key_names(raw):
        if name not in answers:
            try:
                answers[name] = dns.txt(name)
            except TemporaryDnsError:
                answers[name] = None
    rows = _core.dkim_verify(raw, answers, time.time() if now is None else now)
    author = _from_domain(raw)
    return [DkimResult(**row, aligned=bool(author) and aligned(row["domain"], author, dns)) for row in rows]


def _from_domain(raw: bytes) -> str:
    """The domain of From; "" where there is not exactly one author."""
    authors = _core.parse(raw).from_
    return authors[0][1].rpartition("@")[2].lower() if len(authors) == 1 else ""

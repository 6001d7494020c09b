"""Verification of the DKIM signatures of a letter."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import _core, arguments
from ..addresses import domain_of
from ..dns import Resolver, TemporaryDnsError, resolver_of
from ..dns.organisation import aligned
from ..errors import InputError
from .answers import Answers
from .signer import letter_bytes, wire_domain


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
    raw: bytes, resolver: Resolver | Mapping[Any, Any] | None = None, *, now: float | None = None
) -> list[DkimResult]:
    """Verifies each DKIM-Signature of a letter, top to bottom; [] where there is none.

    `resolver`: where keys come from: a mapping of names to TXT records (for tests), a `gatepost.dns.Resolver`, or None
    for the system's DNS. `now`: Unix seconds. At most 10 signatures of at most 50 header names each are looked at.
    RFC 6376 §6, RFC 8301, RFC 8463.
    """
    raw = letter_bytes(raw)
    dns = resolver_of(resolver)
    at = time.time() if now is None else arguments.unix_seconds("now", now)
    answers = Answers(dns).about(_core.dkim_key_names(raw))
    rows = _core.dkim_verify(raw, answers, at)
    author = author_domain(raw)
    return [DkimResult(**row, aligned=_is_aligned(row["domain"], author, dns)) for row in rows]


def author_domain(raw: bytes) -> str:
    """The domain of From as the wire has it; "" where there is not exactly one author."""
    authors = _core.parse(_header_of(letter_bytes(raw))).from_
    if len(authors) != 1:
        return ""
    try:
        return wire_domain(domain_of(authors[0][1])).lower()
    except InputError:
        return ""


def _header_of(raw: bytes) -> bytes:
    ends = [at + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark)) >= 0]
    return raw[: min(ends)] if ends else raw


def _is_aligned(domain: str, author: str, dns: Resolver) -> bool:
    try:
        return bool(domain and author) and aligned(wire_domain(domain), author, dns)
    except (InputError, TemporaryDnsError):  # what cannot be known vouches for nobody
        return False

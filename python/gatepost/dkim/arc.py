"""ARC: what those who passed a letter on attest (RFC 8617)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import _core, arguments
from ..dns import Resolver, resolver_of
from .answers import Answers
from .signer import DkimSigner, letter_bytes


@dataclass(frozen=True, slots=True)
class ArcSet:
    """What one host on the way attested. `instance`: from 1, in the order of the way. `domain`, `selector`: who sealed.

    `chain`: what it said of the sets before its own: "none", "pass" or "fail". `authentication_results`: what it found
    ("mx.example.net; spf=pass ..."); to be believed only where the chain passed and the domain is trusted.
    """

    instance: int
    domain: str
    selector: str
    chain: str
    authentication_results: str


@dataclass(frozen=True, slots=True)
class ArcResult:
    """An Authenticated Received Chain, verified.

    `status`: "none" (there is no chain), "pass" or "fail". `reason`: a word for machines ("none", "signature",
    "chain_incomplete", "dns" ...), `explanation` a sentence for people. `instance`, `part`: where it failed: the set's
    number (0: the chain as a whole) and "seal" or "message_signature". `sets`: from the first.
    """

    status: str
    reason: str
    explanation: str
    instance: int
    part: str
    sets: tuple[ArcSet, ...]

    @property
    def passed(self) -> bool:
        """Whether there is a chain and all of it is good."""
        return self.status == "pass"


def verify_arc(
    raw: bytes, resolver: Resolver | Mapping[Any, Any] | None = None, *, now: float | None = None
) -> ArcResult:
    """Verifies the chain of a letter (RFC 8617 §5.2). `resolver`, `now`: as for `verify`.

    The DNS is asked for the keys of the newest ARC-Message-Signature and of the seals, as far as it gets.
    """
    raw = letter_bytes(raw)
    at = time.time() if now is None else arguments.unix_seconds("now", now)
    row = _core.arc_verify(raw, Answers(resolver_of(resolver)), at)
    return ArcResult(
        row["status"],
        row["reason"],
        row["explanation"],
        row["instance"],
        row["part"],
        tuple(ArcSet(*one) for one in row["sets"]),
    )


def seal_arc(
    raw: bytes,
    signer: DkimSigner,
    authentication_results: str,
    *,
    chain: ArcResult | str | None = None,
    resolver: Resolver | Mapping[Any, Any] | None = None,
    now: float | None = None,
) -> bytes:
    """The letter with a set of ARC headers above it, for a host that passes it on (RFC 8617 §5.1).

    `authentication_results`: what we found when it came, the value of an Authentication-Results header
    (`gatepost.domains.authenticate(...).value("mx.example.net")`). `chain`: what `verify_arc` said when it came, before
    we changed anything; None verifies it now, with `resolver`. A chain that failed is sealed as such. InputError where
    it was sealed as failed before, or has 50 sets.
    """
    raw = letter_bytes(raw)
    arguments.instance(DkimSigner)("signer", signer)
    arguments.text("authentication_results", authentication_results)
    if chain is not None and not isinstance(chain, ArcResult):
        arguments.one_of("none", "pass", "fail")("chain", chain)
    at = time.time() if now is None else arguments.unix_seconds("now", now)
    if chain is None:
        chain = verify_arc(raw, resolver, now=now)
    elif resolver is not None:
        resolver_of(resolver)
    status = chain if isinstance(chain, str) else chain.status
    results = re.sub(r"\r\n[ \t]+", " ", authentication_results)
    with arguments.named("raw"):
        return _core.arc_seal(raw, signer._core, results, status, at)

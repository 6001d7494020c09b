"""All that can be known of who sent a letter: SPF, DKIM, ARC and DMARC together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import arguments
from ..dkim import ArcResult, DkimResult, author_domain, verify, verify_arc
from ..dns import BudgetedResolver, Resolver, resolver_of
from .authentication_results import (
    AuthenticationResults,
    MethodResult,
    Property,
    is_writable,
    without_results_of,
)
from .dmarc import DmarcResult, check_dmarc
from .spf import SpfResult, check_spf

_MOST_QUESTIONS = 150  # SPF may ask some 110, ten signatures and fifty seals one each; most letters need ten in all


@dataclass(frozen=True, slots=True)
class AuthenticationReport:
    """What became of each check of one letter."""

    spf: SpfResult
    dkim: list[DkimResult]
    dmarc: DmarcResult
    arc: ArcResult
    ip: str
    mail_from: str
    helo: str

    def results(self, authserv_id: str) -> AuthenticationResults:
        """All of it as Authentication-Results, in our name (RFC 8601).

        A value of the letter that may not stand in a header is left out.
        """
        sender = ("mailfrom", self.mail_from) if self.mail_from else ("helo", self.helo)
        failed = {} if self.spf.result == "pass" else {"reason": self.spf.reason}
        spf = _result("spf", self.spf.result, {f"smtp.{sender[0]}": sender[1]}, **failed)
        dkim = [_dkim(one) for one in self.dkim] or [_result("dkim", "none", {})]
        asked = {"policy.dmarc": self.dmarc.disposition} if self.dmarc.result == "fail" else {}
        dmarc = _result("dmarc", self.dmarc.result, {"header.from": self.dmarc.domain, **asked})
        arc = _result("arc", self.arc.status, {"smtp.remote-ip": self.ip}, reason=self.arc.explanation)
        return AuthenticationResults(authserv_id, (spf, *dkim, dmarc, arc))

    def value(self, authserv_id: str) -> str:
        """The value of the header, folded; what `gatepost.dkim.seal_arc` takes."""
        return str(self.results(authserv_id))

    def header(self, authserv_id: str) -> str:
        """The header Authentication-Results with its CRLF. InputError where `authserv_id` cannot stand in it."""
        return self.results(authserv_id).header()

    def add_to(self, raw: bytes, authserv_id: str) -> bytes:
        """The letter with the header on top, and without those that others wrote in our name."""
        return self.header(authserv_id).encode() + without_results_of(raw, authserv_id)


def authenticate(
    raw: bytes,
    *,
    ip: str,
    mail_from: str,
    helo: str = "",
    resolver: Resolver | Mapping[Any, Any] | None = None,
    now: float | None = None,
) -> AuthenticationReport:
    """Checks SPF, DKIM, ARC and DMARC of a letter that `ip` handed in as from `mail_from` ("" for a bounce).

    `resolver`, `now`: as for `gatepost.dkim.verify`. What the letter and the DNS hold never raises; InputError where
    `ip` is not an address. At most 150 DNS questions, within 30 s; what is left then counts as not answered.
    """
    arguments.octets("raw", raw, "the bytes of a letter")
    arguments.text("mail_from", mail_from)
    dns = BudgetedResolver(resolver_of(resolver), questions=_MOST_QUESTIONS)
    spf = check_spf(ip, mail_from, helo, dns)
    dkim = verify(raw, dns, now=now)
    arc = verify_arc(raw, dns, now=now)
    return AuthenticationReport(spf, dkim, _dmarc(raw, spf, dkim, dns), arc, ip, mail_from, helo)


def _dmarc(raw: bytes, spf: SpfResult, dkim: list[DkimResult], dns: Resolver) -> DmarcResult:
    author = author_domain(raw)
    if not author:
        return DmarcResult("permerror", "none", "", "From does not name exactly one author")
    passed = [one.domain for one in dkim if one.passed]
    result = check_dmarc(author, dkim=passed, spf=spf.domain if spf.result == "pass" else None, resolver=dns)
    # What nobody answered might have passed (RFC 9989 §5.3.4).
    unknown = spf.result == "temperror" or any(one.status == "temperror" for one in dkim)
    if result.result == "fail" and unknown:
        return DmarcResult("temperror", "none", author, "the DNS did not answer all of SPF and DKIM")
    return result


def _dkim(one: DkimResult) -> MethodResult:
    values = {
        "header.d": one.domain,
        "header.s": one.selector,
        "header.a": one.algorithm,
        "header.b": one.signature,
    }
    return _result("dkim", one.status, values, reason="" if one.passed else one.explanation)


def _result(method: str, result: str, values: dict[str, str], reason: str = "") -> MethodResult:
    properties = []
    for name, value in values.items():
        if value and is_writable(value):
            ptype, _, own_name = name.partition(".")
            properties.append(Property(ptype, own_name, value))
    return MethodResult(method, result, reason if is_writable(reason) else "", tuple(properties))

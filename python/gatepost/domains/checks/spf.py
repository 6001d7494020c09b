"""The SPF record: is it there, does it name who sends for us, does it stay within ten look-ups (RFC 7208).

Whatever is wrong with it, one record is proposed, and only one that receivers can evaluate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...dns import Resolver
from .. import replies
from ..finding import DnsRecord, ExpectedReply, Finding
from ..spf import MOST_LOOKUPS
from ..spf_record import Mechanism, SpfRecord, SpfSyntaxError, is_spf, parse_spf
from ..spf_tree import SpfTrees, bare

_TOPIC = "SPF"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to become of a record. `include`: the name that is missing, which can be included; else ""."""

    domain: str
    trees: SpfTrees
    include: str

    def record(self, text: str) -> DnsRecord | None:
        """The text mended; None where it would still be broken."""
        value = self.mended(text)
        tree = self.trees.of(parse_spf(value))
        broken = tree.faults or tree.lookups > MOST_LOOKUPS
        return None if broken else DnsRecord(self.domain, "TXT", value)

    def mended(self, text: str) -> str:
        record = parse_spf(text)
        version, *terms = text.split()
        dropped = {str(one) for one in record.mechanisms if self.is_dropped(one)}
        terms = [term for term in terms if term not in dropped]
        if self.include:
            terms.insert(0, f"include:{self.include}")
        end = _end(record)
        if end is None and not record.redirect:
            terms.append("~all")
        elif end is not None and end.result in ("pass", "neutral"):
            terms = ["~all" if term == str(end) else term for term in terms]
        return " ".join([version, *terms])

    def is_dropped(self, mechanism: Mechanism) -> bool:
        """An include that breaks the record, or that stands where it has no effect."""
        if mechanism.name != "include":
            return False
        name = bare(mechanism.value)
        return name == bare(self.include) or name == self.domain or bool(self.trees.fault(name))


def check_spf_record(domain: str, include: str | None, dns: Resolver) -> Iterator[Finding]:
    """TemporaryDnsError where the DNS does not answer."""
    records = [text for text in dns.txt(domain) if is_spf(text)]
    trees = SpfTrees(dns, domain)
    fault = trees.fault(include) if include else ""
    first: Finding | None = None
    text = records[0] if records else "v=spf1 ~all" if include and not fault else "v=spf1 mx ~all"
    if not records:
        message = f"{domain} publishes no SPF record, so nobody can tell who may send for it"
        first = _error(message, replies.SPF + replies.UNAUTHENTICATED)
    elif len(records) > 1:
        message = f"{domain} publishes {len(records)} SPF records; receivers then heed none. Publish one in their place"
        first = _error(message, replies.SPF_ERROR)
        text = _joined(records)
    try:
        record = parse_spf(text)
    except SpfSyntaxError as error:
        yield first or _error(f"the SPF record cannot be read: {error}", replies.SPF_ERROR)
        return
    missing = bool(include) and bare(include or "") not in trees.of(record).allowed
    plan = _Plan(domain, trees, include if include and missing and not fault else "")
    to_mend = [first] if first else [*_about_the_include(domain, include or "", plan), *_about_the_end(record)]
    to_mend[:0] = [_error(one, replies.SPF_ERROR) for one in trees.of(record).faults]
    others = [*_about_the_provider(include or "", fault, record), *_about_the_cost(text, plan), *_notes(record)]
    proposed = plan.record(text)
    yield from (replace(one, record=proposed) for one in to_mend)
    yield from others
    if not to_mend and not others:
        yield Finding(_TOPIC, "ok", f"{text!r}")


def _about_the_include(domain: str, include: str, plan: _Plan) -> Iterator[Finding]:
    if plan.include:
        message = f"the SPF record does not include {include}, so what it sends for {domain} is not allowed"
        yield _error(message, replies.SPF)


def _about_the_provider(include: str, fault: str, record: SpfRecord) -> Iterator[Finding]:
    named = {bare(one.value) for one in record.mechanisms if one.name == "include"}
    if fault and bare(include) not in named:
        message = f"{include} {fault}: a record that includes it is broken. Ask the provider for the right name"
        yield _error(message, replies.SPF)


def _about_the_cost(text: str, plan: _Plan) -> Iterator[Finding]:
    lookups = plan.trees.of(parse_spf(plan.mended(text))).lookups
    costs = f"with include:{plan.include} the SPF record would cost" if plan.include else "the SPF record costs"
    if lookups > MOST_LOOKUPS:
        message = (
            f"{costs} {lookups} DNS look-ups; with over {MOST_LOOKUPS} receivers take it as broken."
            " Take out what no longer sends, or name networks by ip4: and ip6:"
        )
        yield _error(message, replies.SPF_ERROR)
    elif lookups == MOST_LOOKUPS:
        message = f"{costs} {lookups} DNS look-ups, all that are allowed; one more anywhere breaks it"
        yield Finding(_TOPIC, "warning", message)


def _about_the_end(record: SpfRecord) -> Iterator[Finding]:
    end = _end(record)
    if end is None:
        if not record.redirect:
            yield Finding(_TOPIC, "warning", "the SPF record does not say what of all others (no all)")
    elif end.result == "pass":
        yield _error("the SPF record lets anybody send for the domain (+all)", replies.UNAUTHENTICATED)
    elif end.result == "neutral":
        yield Finding(_TOPIC, "warning", "the SPF record says nothing about all others (?all)")


def _notes(record: SpfRecord) -> Iterator[Finding]:
    end = _end(record)
    if end is not None and record.mechanisms.index(end) != len(record.mechanisms) - 1:
        yield Finding(_TOPIC, "warning", f"what stands behind {end} in the SPF record is never looked at")
    if any(mechanism.name == "ptr" for mechanism in record.mechanisms):
        yield Finding(_TOPIC, "note", "the mechanism ptr is slow and many pass over it (RFC 7208 §5.5); take it out")


def _end(record: SpfRecord) -> Mechanism | None:
    return next((mechanism for mechanism in record.mechanisms if mechanism.name == "all"), None)


def _error(message: str, cost: tuple[ExpectedReply, ...]) -> Finding:
    return Finding(_TOPIC, "error", message, None, cost)


def _joined(records: list[str]) -> str:
    """One record in the place of several: all their terms, and the last of their endings.

    Whom redirect= lets send is then included: beside all it would not be looked at.
    """
    terms = [term for record in records for term in record.split()[1:]]
    terms = [f"include:{term[9:]}" if term.lower().startswith("redirect=") else term for term in terms]
    endings = [term for term in terms if term.lstrip("+-~?").lower() == "all"]
    kept = dict.fromkeys(term for term in terms if term not in endings)
    return " ".join(["v=spf1", *kept, endings[-1] if endings else "~all"])

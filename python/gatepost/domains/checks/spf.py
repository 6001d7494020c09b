"""The SPF record: is it there, does it name who sends for us, does it stay within ten look-ups (G6, RFC 7208)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...dns import Resolver
from .. import replies
from ..finding import DnsRecord, ExpectedReply, Finding
from ..spf import MOST_LOOKUPS
from ..spf_record import LOOKUPS, SpfRecord, SpfSyntaxError, is_spf, parse_spf

_TOPIC = "SPF"
_MOST_RECORDS = 40  # followed; ten look-ups are all that receivers make


@dataclass
class _Tree:
    """A record with all that it includes, followed as a receiver would at worst."""

    dns: Resolver
    names: list[str] = field(default_factory=list)
    lookups: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, record: SpfRecord) -> None:
        for mechanism in record.mechanisms:
            self.lookups += mechanism.name in LOOKUPS
            if mechanism.name == "include":
                self.follow(mechanism.value)
        if record.redirect:
            self.lookups += 1
            self.follow(record.redirect)

    def follow(self, name: str) -> None:
        name = name.lower().rstrip(".")
        if name in self.names or len(self.names) == _MOST_RECORDS:
            return
        self.names.append(name)
        if "%" in name:  # where it leads depends on who sends
            return
        found = [text for text in self.dns.txt(name) if is_spf(text)]
        if len(found) != 1:
            self.faults.append(f"{name}, which it includes, publishes {len(found) or 'no'} SPF records")
            return
        try:
            self.add(parse_spf(found[0]))
        except SpfSyntaxError as error:
            self.faults.append(f"the record of {name}, which it includes, cannot be read: {error}")


def check_spf_record(domain: str, include: str | None, dns: Resolver) -> Iterator[Finding]:
    """TemporaryDnsError where the DNS does not answer."""
    records = [text for text in dns.txt(domain) if is_spf(text)]
    if not records:
        value = f"v=spf1 include:{include} ~all" if include else "v=spf1 mx ~all"
        message = f"{domain} publishes no SPF record, so nobody can tell who may send for it"
        yield _error(message, DnsRecord(domain, "TXT", value), replies.SPF + replies.UNAUTHENTICATED)
        return
    if len(records) > 1:
        message = f"{domain} publishes {len(records)} SPF records; receivers then heed none. Publish one in their place"
        yield _error(message, DnsRecord(domain, "TXT", _joined(records, include)), replies.SPF_ERROR)
        return
    try:
        record = parse_spf(records[0])
    except SpfSyntaxError as error:
        yield _error(f"the SPF record cannot be read: {error}", None, replies.SPF_ERROR)
        return
    findings = list(_read(domain, record, records[0], include, dns))
    yield from findings
    if not findings:
        yield Finding(_TOPIC, "ok", f"{records[0]!r}")


def _read(domain: str, record: SpfRecord, text: str, include: str | None, dns: Resolver) -> Iterator[Finding]:
    tree = _Tree(dns)
    tree.add(record)
    for fault in tree.faults:
        yield _error(fault, None, replies.SPF_ERROR)
    if include and include.lower().rstrip(".") not in tree.names:
        message = f"the SPF record does not include {include}, so what it sends for {domain} is not allowed"
        yield _error(message, DnsRecord(domain, "TXT", _with_include(text, include)), replies.SPF)
    if tree.lookups > MOST_LOOKUPS:
        message = (
            f"the SPF record costs {tree.lookups} DNS look-ups; with over {MOST_LOOKUPS} receivers take it as broken."
            " Take out what no longer sends, or name networks by ip4: and ip6:"
        )
        yield _error(message, None, replies.SPF_ERROR)
    elif tree.lookups == MOST_LOOKUPS:
        message = f"the SPF record costs {tree.lookups} DNS look-ups, all that are allowed; one more anywhere breaks it"
        yield Finding(_TOPIC, "warning", message)
    yield from _about_the_end(domain, record, text)
    if any(mechanism.name == "ptr" for mechanism in record.mechanisms):
        yield Finding(_TOPIC, "note", "the mechanism ptr is slow and many pass over it (RFC 7208 §5.5); take it out")


def _about_the_end(domain: str, record: SpfRecord, text: str) -> Iterator[Finding]:
    names = [mechanism.name for mechanism in record.mechanisms]
    if "all" not in names:
        if not record.redirect:
            message = "the SPF record does not say what of all others (no all)"
            yield Finding(_TOPIC, "warning", message, DnsRecord(domain, "TXT", f"{text} ~all"))
        return
    last = record.mechanisms[names.index("all")]
    ending = " ".join("~all" if term == str(last) else term for term in text.split())
    if last.result == "pass":
        message = "the SPF record lets anybody send for the domain (+all)"
        yield _error(message, DnsRecord(domain, "TXT", ending), replies.UNAUTHENTICATED)
    elif last.result == "neutral":
        message = "the SPF record says nothing about all others (?all)"
        yield Finding(_TOPIC, "warning", message, DnsRecord(domain, "TXT", ending))
    if names.index("all") != len(names) - 1:
        yield Finding(_TOPIC, "warning", f"what stands behind {last} in the SPF record is never looked at")


def _error(message: str, record: DnsRecord | None, cost: tuple[ExpectedReply, ...]) -> Finding:
    return Finding(_TOPIC, "error", message, record, cost)


def _with_include(text: str, include: str) -> str:
    version, _, rest = text.partition(" ")
    return " ".join(filter(None, (version, f"include:{include}", rest.strip())))


def _joined(records: list[str], include: str | None) -> str:
    """One record in the place of several: all their terms, and the last of their endings."""
    terms = [term for record in records for term in record.split()[1:]]
    endings = [term for term in terms if term.lstrip("+-~?").lower() == "all"]
    if include:
        terms.insert(0, f"include:{include}")
    kept = dict.fromkeys(term for term in terms if term not in endings)
    return " ".join(["v=spf1", *kept, endings[-1] if endings else "~all"])

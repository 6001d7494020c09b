"""Which organisation a domain belongs to, by the tree walk of DMARC (RFC 9989 §4.10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .resolver import Resolver

_MOST_QUERIES = 8


class DmarcRecord(NamedTuple):
    """A DMARC record, where it stands and what it says. Names of tags are in lower case."""

    domain: str
    tags: dict[str, str]

    @property
    def psd(self) -> str:
        """ "y": the domain is a public suffix; "n": it is the organisation; "u": it does not say."""
        return self.tags.get("psd", "u").lower()


def dmarc_tags(record: str) -> dict[str, str] | None:
    """The tags of a DMARC record; None where it is none. A tag that is malformed is passed over (RFC 9989 §4.7)."""
    first, *others = record.split(";")
    name, _, value = first.partition("=")
    if (name.strip(), value.strip()) != ("v", "DMARC1"):
        return None
    tags: dict[str, str] = {}
    for item in others:
        name, equals, value = (part.strip() for part in item.partition("="))
        if equals and name.isalpha() and value:
            tags.setdefault(name.lower(), value)
    return tags


def dmarc_record(domain: str, resolver: Resolver) -> DmarcRecord | None:
    """The DMARC record of exactly this domain; None where there is none, or several (RFC 9989 §4.10)."""
    found = [tags for text in resolver.txt(f"_dmarc.{domain}") if (tags := dmarc_tags(text)) is not None]
    return DmarcRecord(domain, found[0]) if len(found) == 1 else None


def ancestors(domain: str) -> Iterator[str]:
    """The domain and those above it, eight at most: of a longer name the first, then from seven labels up."""
    labels = domain.lower().rstrip(".").split(".")
    yield ".".join(labels)
    for first in range(max(1, len(labels) - _MOST_QUERIES + 1), len(labels)):
        yield ".".join(labels[first:])


def walk(domain: str, resolver: Resolver) -> list[DmarcRecord]:
    """The records of the tree walk, the domain's own first; the walk ends at a record that says what it is (psd=)."""
    found: list[DmarcRecord] = []
    for name in ancestors(domain):
        record = dmarc_record(name, resolver)
        if record is not None:
            found.append(record)
            if record.psd in ("y", "n"):
                break
    return found


def organisation_of(domain: str, records: list[DmarcRecord]) -> str:
    """The organisation's domain, from the walk that began at `domain`."""
    own = domain.lower().rstrip(".")
    for record in records:
        if record.psd == "n":
            return record.domain
        if record.psd == "y" and record.domain != own:
            labels = own.split(".")
            return ".".join(labels[len(labels) - record.domain.count(".") - 2 :])
    return records[-1].domain if records else own


def organisational_domain(domain: str, resolver: Resolver) -> str:
    """The domain that stands for the organisation; the domain itself where nothing is published on the way up."""
    return organisation_of(domain, walk(domain, resolver))


def aligned(domain: str, author: str, resolver: Resolver, *, strict: bool = False) -> bool:
    """Whether an authenticated domain stands for the author's (RFC 9989 §4.4). Asks the DNS only where they differ.

    TemporaryDnsError where the DNS does not answer.
    """
    first, second = domain.lower().rstrip("."), author.lower().rstrip(".")
    if first == second or strict or not first or not second:
        return bool(first) and first == second
    return organisational_domain(first, resolver) == organisational_domain(second, resolver)

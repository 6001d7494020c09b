"""Which organisation a domain belongs to, by the tree walk of DMARC (RFC 9989 §4.10)."""

from __future__ import annotations

from collections.abc import Iterator

from ..dns import Resolver

_MOST_QUERIES = 8


def dmarc_tags(record: str) -> dict[str, str] | None:
    """The tags of a DMARC record, names in lower case; None where it is none (RFC 9989 §4.7)."""
    tags: dict[str, str] = {}
    for position, item in enumerate(record.strip().strip(";").split(";")):
        name, equals, value = (part.strip() for part in item.partition("="))
        if not equals or (position == 0 and (name, value) != ("v", "DMARC1")):
            return None
        tags.setdefault(name.lower(), value)
    return tags


def dmarc_record(domain: str, resolver: Resolver) -> dict[str, str] | None:
    """The DMARC record of exactly this domain; None where there is none, or several (RFC 9989 §4.10)."""
    found = [tags for text in resolver.txt(f"_dmarc.{domain}") if (tags := dmarc_tags(text)) is not None]
    return found[0] if len(found) == 1 else None


def ancestors(domain: str) -> Iterator[str]:
    """The domain and those above it, eight at most: of a longer name the first, then from seven labels up."""
    labels = domain.lower().rstrip(".").split(".")
    yield ".".join(labels)
    start = max(1, len(labels) - _MOST_QUERIES + 1)
    for first in range(start, len(labels)):
        yield ".".join(labels[first:])


def organisational_domain(domain: str, resolver: Resolver) -> str:
    """The domain that stands for the organisation; the domain itself where nothing is published on the way up."""
    found: list[tuple[str, str]] = []
    for name in ancestors(domain):
        tags = dmarc_record(name, resolver)
        if tags is not None:
            found.append((name, tags.get("psd", "u").lower()))
    own = domain.lower().rstrip(".")
    for name, psd in found:
        if psd == "n":
            return name
        if psd == "y" and name != own:
            labels = own.split(".")
            return ".".join(labels[len(labels) - name.count(".") - 2 :])
    return found[-1][0] if found else own


def aligned(domain: str, author: str, resolver: Resolver, *, strict: bool = False) -> bool:
    """Whether an authenticated domain stands for the author's (RFC 9989 §4.4). Asks the DNS only where they differ."""
    first, second = domain.lower().rstrip("."), author.lower().rstrip(".")
    if first == second or strict or not first or not second:
        return bool(first) and first == second
    return organisational_domain(first, resolver) == organisational_domain(second, resolver)

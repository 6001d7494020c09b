"""DMARC records changed where they are wrong; tags that are right stay, in their order."""

from __future__ import annotations

import re

from ..dns.organisation import dmarc_tags
from .dmarc import POLICIES

_BEGINNING = re.compile(r"\s*v\s*=\s*dmarc1\b[\s;,]*", re.IGNORECASE)
_OF_SUBDOMAINS = ("sp", "np")


def with_tag(text: str, tag: str, value: str) -> str:
    """The record with this tag: in its place, else p= right behind v= and others at the end."""
    items = [item.strip() for item in text.split(";") if item.strip()]
    names = [item.partition("=")[0].strip().lower() for item in items]
    if tag in names:
        items[names.index(tag)] = f"{tag}={value}"
    else:
        items.insert(1 if tag == "p" else len(items), f"{tag}={value}")
    return "; ".join(items)


def unreadable(tags: dict[str, str]) -> list[str]:
    """The policies that are none: "p=non"."""
    given = [f"{name}={tags[name]}" for name in ("p", *_OF_SUBDOMAINS) if _policy(tags, name) is None and name in tags]
    return given if "p" in tags else ["no p=", *given]


def mended(text: str, mildest: str) -> str:
    """The record with policies that can be read: p= no milder than `mildest`, those of subdomains like p=."""
    tags = dmarc_tags(text) or {}
    policy = max(_policy(tags, "p") or "none", mildest, key=POLICIES.index)
    if _policy(tags, "p") != policy:
        text = with_tag(text, "p", policy)
    for name in _OF_SUBDOMAINS:
        if name in tags and _policy(tags, name) is None:
            text = with_tag(text, name, policy)
    return text


def for_subdomain(text: str) -> str:
    """A subdomain's own record, with p=quarantine, from that of its organisation."""
    items = [item.strip() for item in text.split(";") if item.strip()]
    left_out = (*_OF_SUBDOMAINS, "psd", "p")
    kept = [item for item in items if item.partition("=")[0].strip().lower() not in left_out]
    return with_tag("; ".join(kept), "p", "quarantine")


def merged(texts: list[str]) -> str:
    """The strictest of several records, with the addresses for reports of all."""
    records = [dmarc_tags(text) or {} for text in texts]
    strictest = max(range(len(texts)), key=lambda at: POLICIES.index(_policy(records[at], "p") or "none"))
    text = mended(texts[strictest], "none")
    for tag in ("rua", "ruf"):
        addresses = [address.strip() for tags in records for address in tags.get(tag, "").split(",")]
        if any(addresses) and len({tags.get(tag) for tags in records}) > 1:
            text = with_tag(text, tag, ",".join(dict.fromkeys(filter(None, addresses))))
    return text


def begun_again(text: str) -> str | None:
    """What was meant as a DMARC record and does not begin like one, begun as it must be; None for other texts."""
    if not _BEGINNING.match(text) or dmarc_tags(text) is not None:
        return None
    return _BEGINNING.sub("v=DMARC1; ", text, count=1).strip("; ")


def _policy(tags: dict[str, str], name: str) -> str | None:
    policy = tags.get(name, "").lower()
    return policy if policy in POLICIES else None

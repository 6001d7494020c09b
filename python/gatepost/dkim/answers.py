"""What the DNS says about the keys that a letter names."""

from __future__ import annotations

from collections.abc import Iterable

from ..dns import Resolver, TemporaryDnsError
from ..errors import InputError
from .signer import wire_domain

_BETWEEN = "._domainkey."


def answers_about(names: Iterable[str], resolver: Resolver) -> dict[str, list[str] | None]:
    """The TXT records of each name, asked once; None where the DNS does not answer."""
    answers: dict[str, list[str] | None] = {}
    for name in names:
        if name not in answers:
            try:
                answers[name] = resolver.txt(_in_wire_form(name))
            except TemporaryDnsError:
                answers[name] = None
            except InputError:  # no name that could exist
                answers[name] = []
    return answers


def _in_wire_form(name: str) -> str:
    """d= may hold a domain's own letters (RFC 8616 §4)."""
    if name.isascii():
        return name
    selector, between, domain = name.partition(_BETWEEN)
    return f"{selector}{between}{wire_domain(domain)}"

"""What the DNS says about the keys that a letter names."""

from __future__ import annotations

from collections.abc import Iterable

from ..dns import Resolver, TemporaryDnsError
from ..errors import InputError
from .signer import wire_domain

_BETWEEN = "._domainkey."


class Answers:
    """The TXT records of names, each asked for once, when it is needed; None where the DNS does not answer."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._known: dict[str, list[str] | None] = {}

    def __call__(self, name: str) -> list[str] | None:
        """Those of one name."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def about(self, names: Iterable[str]) -> dict[str, list[str] | None]:
        """Those of several names."""
        return {name: self(name) for name in names}

    def _ask(self, name: str) -> list[str] | None:
        try:
            return self._resolver.txt(_in_wire_form(name))
        except TemporaryDnsError:
            return None
        except InputError:  # no name that could exist
            return []


def _in_wire_form(name: str) -> str:
    """d= may hold a domain's own letters (RFC 8616 §4)."""
    if name.isascii():
        return name
    selector, between, domain = name.partition(_BETWEEN)
    return f"{selector}{between}{wire_domain(domain)}"

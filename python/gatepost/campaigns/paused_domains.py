"""Domains and providers that somebody paused by hand: their recipients wait, and others go."""

from __future__ import annotations

from collections.abc import Collection

from .. import _core
from ..arguments import line, wire_host
from ..errors import InputError

_BEFORE, _BEHIND = "waits for domain ", ", paused by hand"


class PausedDomains:
    """Whose recipients wait. A provider's name (gmail, yandex, mail.ru) stands for all its domains."""

    def __init__(self, names: Collection[str] = ()) -> None:
        """`names`: as `read_domain` made them."""
        self.names = frozenset(names)
        self._known: dict[str, str] = {}  # by domain: the name that pauses it, or ""

    def name_for(self, domain: str) -> str:
        """The name by which this domain of a recipient is paused, or ""."""
        if not self.names:
            return ""
        found = self._known.get(domain)
        if found is None:
            folded = domain.casefold()
            found = next((name for name in (folded, _core.provider_of_host(folded)) if name in self.names), "")
            self._known[domain] = found
        return found

    def has_ended(self, why: str) -> bool:
        """Whether a recipient waits (`waits_for`) for a domain that is paused no longer."""
        return why.startswith(_BEFORE) and why.removeprefix(_BEFORE).removesuffix(_BEHIND) not in self.names


def waits_for(name: str) -> str:
    """What the ledger says of recipients that wait for a domain."""
    return f"{_BEFORE}{name}{_BEHIND}"


def read_domain(name: str, value: object) -> str:
    """A domain in wire form, or the name of a provider. InputError for what is neither."""
    text = wire_host(name, line(name, value).strip().removeprefix("@")).casefold()
    if "." in text and "@" not in text and " " not in text:
        return text
    provider = _core.classify("", "", text).provider if text else ""
    if not provider:
        raise InputError(
            f"{name}: {str(value)[:60]!r} is neither a domain, as example.com, nor a provider that is known, as gmail"
        )
    return provider

"""Questions to the DNS: of the system's resolver, or of a table for tests."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from .errors import GatepostError, InputError

_SECONDS = 5.0


class TemporaryDnsError(GatepostError):
    """The DNS did not answer (time-out, SERVFAIL): ask again later. `str()` names the question."""


class Resolver(Protocol):
    """What is asked of a DNS resolver. A name without such records gives []; TemporaryDnsError where no answer came."""

    def txt(self, name: str) -> list[str]:
        """TXT records, each with its strings joined."""

    def mx(self, name: str) -> list[tuple[int, str]]:
        """(preference, host), the most preferred first; the null MX (RFC 7505) is (0, "")."""

    def addresses(self, name: str) -> list[str]:
        """A and AAAA records."""

    def ptr(self, address: str) -> list[str]:
        """Names of an IP address."""


class SystemResolver:
    """The resolver of this machine (dnspython), with a cache. `seconds` is for each question, retries included."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        import dns.resolver

        self._resolver = dns.resolver.Resolver()
        self._resolver.lifetime = seconds
        self._resolver.cache = dns.resolver.LRUCache(1000)

    def _ask(self, name: str, kind: str) -> list[Any]:
        import dns.exception
        import dns.resolver

        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.SyntaxError, UnicodeError, ValueError) as error:
            raise InputError(f"DNS name {name!r}: {error}") from None
        except dns.exception.DNSException as error:
            raise TemporaryDnsError(f"{kind} of {name}: {error}") from None

    def txt(self, name: str) -> list[str]:
        """See Resolver."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT")]

    def mx(self, name: str) -> list[tuple[int, str]]:
        """See Resolver."""
        return sorted((record.preference, str(record.exchange).rstrip(".")) for record in self._ask(name, "MX"))

    def addresses(self, name: str) -> list[str]:
        """See Resolver."""
        return [record.address for kind in ("A", "AAAA") for record in self._ask(name, kind)]

    def ptr(self, address: str) -> list[str]:
        """See Resolver."""
        name = ipaddress.ip_address(address).reverse_pointer
        return [str(record.target).rstrip(".") for record in self._ask(name, "PTR")]


class TableResolver:
    """A resolver that reads a table: {"example.com": "v=spf1 -all", ("example.com", "MX"): ["10 mx.example.com"]}.

    A bare name means TXT; a value is one record or a list. The types are TXT, MX ("10 host"), A, AAAA and PTR (asked
    by the address itself). A value of None means that the DNS does not answer.
    """

    def __init__(self, table: Mapping[Any, str | Sequence[str] | None]) -> None:
        self._records: dict[tuple[str, str], list[str] | None] = {}
        for key, value in table.items():
            name, kind = (key, "TXT") if isinstance(key, str) else key
            records = None if value is None else [value] if isinstance(value, str) else list(value)
            self._records[name.lower().rstrip("."), kind.upper()] = records

    def _ask(self, name: str, kind: str) -> list[str]:
        records = self._records.get((name.lower().rstrip("."), kind), [])
        if records is None:
            raise TemporaryDnsError(f"{kind} of {name}: no answer")
        return list(records)

    def txt(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask(name, "TXT")

    def mx(self, name: str) -> list[tuple[int, str]]:
        """See Resolver."""
        split = (record.partition(" ") for record in self._ask(name, "MX"))
        return sorted((int(preference), host.strip().rstrip(".")) for preference, _, host in split)

    def addresses(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask(name, "A") + self._ask(name, "AAAA")

    def ptr(self, address: str) -> list[str]:
        """See Resolver."""
        return [name.rstrip(".") for name in self._ask(address, "PTR")]


def resolver_of(given: Resolver | Mapping[Any, Any] | None) -> Resolver:
    """What callers pass as resolver=: a table, a Resolver, or None for the system's."""
    if given is None:
        return SystemResolver()
    return TableResolver(given) if isinstance(given, Mapping) else given

"""Questions to the DNS: of the system's resolver, or of a table for tests."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .. import arguments
from ..errors import GatepostError, InputError

if TYPE_CHECKING:
    import dns.resolver

_SECONDS = 5.0
_QUESTIONS = ("txt", "mx", "a", "aaaa", "ptr", "srv", "exists")
_KINDS = ("TXT", "MX", "A", "AAAA", "PTR", "SRV")


class Service(NamedTuple):
    """An SRV record (RFC 2782): of several the lowest `priority` first. `host` "": the service is not offered."""

    priority: int
    weight: int
    port: int
    host: str


class TemporaryDnsError(GatepostError):
    """The DNS did not answer (time-out, SERVFAIL, no name server): ask again later. `str()` names the question."""


class Resolver(Protocol):
    """What is asked of a DNS resolver.

    A name without such records gives [], as does one that cannot exist (an empty label, one over 63 octets);
    TemporaryDnsError where no answer came.
    """

    def txt(self, name: str) -> list[str]:
        """TXT records, each with its strings joined."""

    def mx(self, name: str) -> list[tuple[int, str]]:
        """(preference, host), the most preferred first; the null MX (RFC 7505) is (0, "")."""

    def a(self, name: str) -> list[str]:
        """IPv4 addresses."""

    def aaaa(self, name: str) -> list[str]:
        """IPv6 addresses."""

    def ptr(self, address: str) -> list[str]:
        """Names of an IP address."""

    def srv(self, name: str) -> list[Service]:
        """SRV records, the most preferred first; of those with the same priority the heaviest."""

    def exists(self, name: str) -> bool:
        """Whether the name, or one below it, is there, whatever its records (RFC 8020)."""


class SystemResolver:
    """The resolver of this machine (dnspython), with a cache of 1,000 answers for as long as each may be kept.

    `seconds` is for each question, retries included. `servers` (IP addresses) and `port`: other name servers than the
    system's. Threads may share one.
    """

    def __init__(self, seconds: float = _SECONDS, servers: Sequence[str] = (), port: int = 53) -> None:
        self._seconds = arguments.seconds("seconds", seconds)
        self._servers = [str(one) for one in arguments.one_or_several(arguments.ip_address)("servers", servers)]
        self._port = arguments.whole_number(1, 65535)("port", port)

    @cached_property
    def _resolver(self) -> dns.resolver.Resolver:
        import dns.resolver

        try:
            made = dns.resolver.Resolver(configure=not self._servers)
        except dns.resolver.NoResolverConfiguration as error:
            raise TemporaryDnsError(str(error)) from None
        if self._servers:
            made.nameservers = list(self._servers)
            made.port = self._port
        made.lifetime = self._seconds
        made.cache = dns.resolver.LRUCache(1000)
        return made

    def _ask(self, name: str, kind: str) -> list[Any] | None:
        """The records; None where the name does not exist."""
        import dns.exception
        import dns.name
        import dns.resolver

        try:
            return list(self._resolver.resolve(dns.name.from_text(arguments.text("name", name)), kind))
        except (dns.resolver.NXDOMAIN, dns.exception.SyntaxError, dns.exception.FormError, dns.name.IDNAException):
            return None
        except (dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except dns.exception.DNSException as error:
            raise TemporaryDnsError(f"{kind} of {name}: {error}") from None

    def txt(self, name: str) -> list[str]:
        """See Resolver."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, "TXT") or ()]

    def mx(self, name: str) -> list[tuple[int, str]]:
        """See Resolver."""
        return sorted((record.preference, str(record.exchange).rstrip(".")) for record in self._ask(name, "MX") or ())

    def a(self, name: str) -> list[str]:
        """See Resolver."""
        return [record.address for record in self._ask(name, "A") or ()]

    def aaaa(self, name: str) -> list[str]:
        """See Resolver."""
        return [record.address for record in self._ask(name, "AAAA") or ()]

    def ptr(self, address: str) -> list[str]:
        """See Resolver."""
        name = arguments.ip_address("address", address).reverse_pointer
        return [str(record.target).rstrip(".") for record in self._ask(name, "PTR") or ()]

    def srv(self, name: str) -> list[Service]:
        """See Resolver."""
        return _in_order(
            Service(record.priority, record.weight, record.port, str(record.target).rstrip("."))
            for record in self._ask(name, "SRV") or ()
        )

    def exists(self, name: str) -> bool:
        """See Resolver."""
        return self._ask(name, "A") is not None

    def __repr__(self) -> str:
        return f"<SystemResolver {', '.join(self._servers) or 'of this machine'}>"


class TableResolver:
    """A resolver that reads a table: {"example.com": "v=spf1 -all", ("example.com", "MX"): ["10 mx.example.com"]}.

    A bare name means TXT; "example.com MX" may be written for the pair. A value is one record or a list. The types are
    TXT, MX ("10 host"), SRV ("0 1 465 host"), A, AAAA and PTR (of an address, or of its name below in-addr.arpa or
    ip6.arpa). A value of None means that the DNS does not answer. InputError names a key that is none.
    """

    def __init__(self, table: Mapping[Any, str | Sequence[str] | None]) -> None:
        self._records: dict[tuple[str, str], list[str] | None] = {}
        if not isinstance(table, Mapping):
            raise arguments.refuse("resolver", "a mapping of names to records", table)
        for given, value in table.items():
            key = _table_key(given)
            self._records[key] = None if value is None else _table_value(f"resolver[{given!r}]", key[1], value)

    def _ask(self, name: str, kind: str) -> list[str]:
        records = self._records.get(_key(name, kind), [])
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

    def a(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask(name, "A")

    def aaaa(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask(name, "AAAA")

    def ptr(self, address: str) -> list[str]:
        """See Resolver."""
        name = (
            address
            if arguments.text("address", address).endswith(".arpa")
            else str(arguments.ip_address("address", address))
        )
        return [found.rstrip(".") for found in self._ask(name, "PTR")]

    def srv(self, name: str) -> list[Service]:
        """See Resolver."""
        split = (record.split() for record in self._ask(name, "SRV"))
        return _in_order(Service(int(a), int(b), int(c), host.rstrip(".")) for a, b, c, host in split)

    def exists(self, name: str) -> bool:
        """See Resolver."""
        own = arguments.text("name", name).lower().rstrip(".")
        return any(known == own or known.endswith(f".{own}") for known, kind in self._records if kind != "PTR")


def _in_order(services: Iterable[Service]) -> list[Service]:
    return sorted(services, key=lambda one: (one.priority, -one.weight, one.host))


def _key(name: str, kind: str) -> tuple[str, str]:
    bare = arguments.text("name", name).lower().rstrip(".")
    return (_reversed(bare) if kind == "PTR" else bare, kind)


def _reversed(name: str) -> str:
    """Where the PTR of an address stands; a name that stands there already is left as it is."""
    return name if name.endswith(".arpa") else ipaddress.ip_address(name).reverse_pointer


def _table_key(given: object) -> tuple[str, str]:
    parts = given.split() if isinstance(given, str) else given
    match parts:
        case [str(name)]:
            return _key(name, "TXT")
        case [str(name), str(kind)] if kind.upper() in _KINDS:
            try:
                return _key(name, kind.upper())
            except ValueError:
                raise InputError(f"resolver: {given!r}: {name!r} is neither an IP address nor below arpa") from None
    raise InputError(f"resolver: {given!r} is neither a name nor a name and one of {', '.join(_KINDS)}")


def _table_value(name: str, kind: str, value: object) -> list[str]:
    records = arguments.one_or_several(arguments.text)(name, value)
    for record in records:
        if kind == "MX" and not record.partition(" ")[0].isdecimal():
            raise arguments.refuse(name, "MX records, such as '10 mx.example.com'", record)
        if kind == "SRV" and not re.fullmatch(r"\d{1,5} \d{1,5} \d{1,5} \S+", record):
            raise arguments.refuse(name, "SRV records, such as '0 1 465 smtp.example.com'", record)
        if kind in ("A", "AAAA"):
            arguments.ip_address(name, record)
    return records


@cache
def _of_this_machine() -> SystemResolver:
    return SystemResolver()


def resolver_of(given: Resolver | Mapping[Any, Any] | None, name: str = "resolver") -> Resolver:
    """What callers pass as resolver=, or as the argument `name`: a table, a Resolver, or None for the system's."""
    if given is None:
        return _of_this_machine()
    if isinstance(given, Mapping):
        try:
            return TableResolver(given)
        except InputError as error:  # which speaks of a resolver
            raise InputError(name + str(error).removeprefix("resolver")) from None
    if not any(callable(getattr(given, question, None)) for question in _QUESTIONS):
        raise arguments.refuse(name, "a mapping of names to records, a Resolver or None", given)
    return given

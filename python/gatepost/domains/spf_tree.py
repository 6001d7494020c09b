"""SPF records with all that they include, followed as a receiver would at worst."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..dns import Resolver
from .spf_record import LOOKUPS, SpfRecord, SpfSyntaxError, is_spf, parse_spf

_MOST_RECORDS = 40  # followed; ten look-ups are all that receivers make


@dataclass(frozen=True, slots=True)
class SpfTree:
    """What a record comes to: its DNS look-ups, the names whose hosts it lets pass, and what in it is broken."""

    lookups: int = 0
    allowed: frozenset[str] = frozenset()
    faults: tuple[str, ...] = ()


@dataclass
class SpfTrees:
    """Reads trees. `domain`: whose record is at the root. TemporaryDnsError where the DNS does not answer."""

    dns: Resolver
    domain: str
    _known: dict[str, SpfTree] = field(default_factory=dict)

    def of(self, record: SpfRecord) -> SpfTree:
        """What stands behind all is never looked at, and so is redirect= beside it (RFC 7208 §5.1)."""
        lookups, allowed, faults = 0, set[str](), list[str]()
        for mechanism in record.mechanisms:
            if mechanism.name == "all":
                return SpfTree(lookups, frozenset(allowed), tuple(faults))
            lookups += mechanism.name in LOOKUPS
            if mechanism.name == "include":
                below = self.at(mechanism.value)
                lookups += below.lookups
                faults += below.faults
                if mechanism.result == "pass":
                    allowed |= below.allowed
        if record.redirect:
            below = self.at(record.redirect)
            lookups += 1 + below.lookups
            faults += below.faults
            allowed |= below.allowed
        return SpfTree(lookups, frozenset(allowed), tuple(dict.fromkeys(faults)))

    def at(self, name: str) -> SpfTree:
        """What the record of a name comes to; the name itself is among those allowed."""
        name = bare(name)
        if name == self.domain:
            return SpfTree(faults=(f"{name} includes itself",))
        if name not in self._known:
            if len(self._known) == _MOST_RECORDS:
                return SpfTree()
            self._known[name] = SpfTree(faults=(f"{name}, which it includes, includes itself",))  # while it is read
            self._known[name] = self._read(name)
        return self._known[name]

    def fault(self, name: str) -> str:
        """Why a name cannot be included; "" where it can."""
        if "%" in name:  # where it leads depends on who sends
            return ""
        found = [text for text in self.dns.txt(name) if is_spf(text)]
        if len(found) != 1:
            return f"publishes {len(found) or 'no'} SPF records"
        try:
            parse_spf(found[0])
        except SpfSyntaxError as error:
            return f"has an SPF record that cannot be read: {error}"
        return ""

    def _read(self, name: str) -> SpfTree:
        if fault := self.fault(name):
            return SpfTree(0, frozenset(), (f"{name}, which it includes, {fault}",))
        if "%" in name:
            return SpfTree(0, frozenset({name}))
        [text] = [text for text in self.dns.txt(name) if is_spf(text)]
        below = self.of(parse_spf(text))
        return SpfTree(below.lookups, below.allowed | {name}, below.faults)


def bare(name: str) -> str:
    """A name as it is compared."""
    return name.lower().rstrip(".")

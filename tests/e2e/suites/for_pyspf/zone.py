"""The zone of a scenario of the suite as a resolver of ours."""

from __future__ import annotations

import ipaddress
from typing import Any

from gatepost.dns import TemporaryDnsError


class Zone:
    """`data`: names to lists of {type: value} or "TIMEOUT", which is for all types not named before it."""

    def __init__(self, data: dict[str, list[Any]]) -> None:
        self._data = {str(name).lower().rstrip("."): _with_txt(entries) for name, entries in data.items()}

    def _ask(self, name: str, kind: str, depth: int = 0) -> list[Any]:
        if depth > 10:
            raise TemporaryDnsError(f"{name}: a loop of CNAMEs")
        found: list[Any] = []
        for entry in self._data.get(name.lower().rstrip("."), []):
            if entry == "TIMEOUT":
                if not found:
                    raise TemporaryDnsError(name)
                continue
            [(type_, value)] = entry.items()
            if type_ == "CNAME" and kind != "CNAME":
                return self._ask(value, kind, depth + 1)
            if type_ == kind and value == "TIMEOUT":
                raise TemporaryDnsError(name)
            if type_ == kind and value != "NONE":
                found.append(value)
        return found

    def txt(self, name: str) -> list[str]:
        """See gatepost.dns.Resolver."""
        return ["".join(value) if isinstance(value, list) else str(value) for value in self._ask(name, "TXT")]

    def mx(self, name: str) -> list[tuple[int, str]]:
        """See gatepost.dns.Resolver."""
        return sorted((int(preference), str(host).rstrip(".")) for preference, host in self._ask(name, "MX"))

    def a(self, name: str) -> list[str]:
        """See gatepost.dns.Resolver."""
        return [str(value) for value in self._ask(name, "A")]

    def aaaa(self, name: str) -> list[str]:
        """See gatepost.dns.Resolver."""
        return [str(value) for value in self._ask(name, "AAAA")]

    def ptr(self, address: str) -> list[str]:
        """See gatepost.dns.Resolver."""
        names = self._ask(ipaddress.ip_address(address).reverse_pointer, "PTR")
        return [str(name).rstrip(".") for name in names]

    def exists(self, name: str) -> bool:
        """See gatepost.dns.Resolver."""
        return name.lower().rstrip(".") in self._data


def _with_txt(entries: list[Any]) -> list[Any]:
    """SPF records of the suite stand for TXT records, unless it says otherwise (its own header)."""
    if any("TXT" in entry for entry in entries if isinstance(entry, dict)):
        return [entry for entry in entries if entry == "TIMEOUT" or "SPF" not in entry]
    return [{"TXT": entry["SPF"]} if isinstance(entry, dict) and "SPF" in entry else entry for entry in entries]

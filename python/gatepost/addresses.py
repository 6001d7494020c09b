"""The domain of an address stands behind its last @: a local part in quotes may hold one too (RFC 5321 §4.1.2)."""

from __future__ import annotations

from collections.abc import Callable


def domain_of(address: str) -> str:
    """The domain; all of it where there is no @."""
    return address.rpartition("@")[2]


def split_address(address: str) -> tuple[str, str]:
    """(local part, domain)."""
    local, _, domain = address.rpartition("@")
    return local, domain


def with_domain(address: str, change: Callable[[str], str]) -> str:
    """The address with its domain changed."""
    local, at, domain = address.rpartition("@")
    return local + at + change(domain)

"""Addresses as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self

from .. import _core
from ..errors import InputError
from . import checks

AddressSource = str | tuple[str, str]
"""What a caller may give for one address: "Иван <ivan@пример.рф>", "ivan@example.com", or (name, address)."""

_PHRASE = re.compile(r"[^\x00-\x1f()<>\[\]:;@\\,.\"]*")


class Address(str):
    """One address as text, with its name where it has one: "Иван <ivan@example.com>". A plain str beside that.

    `name` is the display name or "", `address` the wire form: the domain lower-case and in ASCII.
    """

    __slots__ = ("address", "name")
    name: str
    address: str

    def __new__(cls, name: str, address: str) -> Self:
        self = super().__new__(cls, f"{_shown(name)} <{address}>" if name else address)
        self.name = name
        self.address = address
        return self

    def __getnewargs__(self) -> tuple[str, str]:
        return self.name, self.address


def _shown(name: str) -> str:
    if _PHRASE.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_one(field: str, source: AddressSource) -> Address:
    """Exactly one address. InputError names the field and what is wrong."""
    if isinstance(source, tuple):
        name, address = source
        with checks.named(field):
            return Address(checks.text(field, name), _core.normalise_address(checks.text(field, address)))
    if isinstance(source, Address):
        return source
    with checks.named(field):
        return Address(*_core.parse_mailbox(checks.text(field, source)))


def read_list(field: str, source: AddressSource | Iterable[AddressSource] | None) -> list[Address]:
    """Any number: None, one text (commas part several) or a list of them."""
    if source is None:
        return []
    if isinstance(source, str):
        with checks.named(field):
            return [Address(*pair) for pair in _core.parse_mailbox_list(checks.text(field, source))]
    if not isinstance(source, Iterable):
        raise InputError(f"{field}: an address or a list of them is expected, not {type(source).__name__}")
    return [read_one(f"{field}[{i}]", one) for i, one in enumerate(source)]


def pairs(addresses: Iterable[Address]) -> list[tuple[str, str]]:
    """As the core takes them."""
    return [(one.name, one.address) for one in addresses]

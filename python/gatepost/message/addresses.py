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
        """From a display name (or "") and a wire address."""
        self = super().__new__(cls, f"{_shown(name)} <{address}>" if name else address)
        self.name = name
        self.address = address
        return self

    def __reduce__(self) -> tuple[type[Address], tuple[str, str]]:
        return type(self), (self.name, self.address)


def _shown(name: str) -> str:
    if _PHRASE.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_one(field: str, source: AddressSource) -> Address:
    """Exactly one address. InputError names the field and what is wrong."""
    if isinstance(source, tuple):
        if len(source) != 2:
            raise InputError(f"{field}: (name, address) is expected, not {len(source)} items")
        name, address = (checks.text(field, one) for one in source)
        with checks.named(field):
            return Address(name, _core.normalise_address(address))
    if isinstance(source, Address):
        return source
    typed = checks.text(field, source)
    with checks.named(field):
        return Address(*_core.parse_mailbox(typed))


def read_list(field: str, source: AddressSource | Iterable[AddressSource] | None) -> list[Address]:
    """Any number: None, one text (commas part several) or a list of them."""
    if source is None:
        return []
    if isinstance(source, str):
        typed = checks.text(field, source)
        with checks.named(field):
            return [Address(*pair) for pair in _core.parse_mailbox_list(typed)]
    if not isinstance(source, Iterable):
        raise InputError(f"{field}: an address or a list of them is expected, not {type(source).__name__}")
    return [read_one(f"{field}[{i}]", one) for i, one in enumerate(source)]


def pairs(addresses: Iterable[Address]) -> list[tuple[str, str]]:
    """As the core takes them."""
    return [(one.name, one.address) for one in addresses]

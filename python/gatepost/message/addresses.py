"""Addresses as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Self, TypeGuard

from .. import _core, arguments
from ..errors import InputError

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
            raise arguments.refuse(field, "(name, address)", source)
        name, address = arguments.text(field, source[0]), arguments.line(field, source[1])
        with arguments.named(field):
            return Address(name, _core.normalise_address(address))
    if isinstance(source, Address):
        return source
    typed = arguments.text(field, source)
    with arguments.named(field):
        return Address(*_parse_mailbox(typed))


@lru_cache(maxsize=64)  # most letters of a program come from a few senders
def _parse_mailbox(text: str) -> tuple[str, str]:
    return _core.parse_mailbox(text)


def read_list(field: str, source: AddressListSource | None) -> list[Address]:
    """Any number: None, one text (commas part several) or a list of them. Groups are opened."""
    return read_field(field, source).addresses


class Group:
    """A named list among the addresses of a letter (RFC 5322 §3.4): `Group("Команда", ["ivan@x.ru", "olga@y.ru"])`.

    The header shows the name and the members, the envelope has the members. It may be empty. As a text it is
    "Команда: ivan@x.ru, olga@y.ru;".
    """

    __slots__ = ("members", "name")

    def __init__(self, name: str, members: AddressSource | Iterable[AddressSource] | None = None) -> None:
        self.name = arguments.text("group", name).strip(" ")
        if not self.name:
            raise InputError("group: it has no name")
        self.members = read_list(f"group {self.name!r}", members)

    def __repr__(self) -> str:
        return f"Group({self.name!r}, {self.members!r})"


AddressListSource = AddressSource | Group | Iterable[AddressSource | Group]
"""For several: one address or group, a text with commas, or a list. ("Иван", "i@x.ru") is one."""


class AddressField(NamedTuple):
    """An address list: all mailboxes, and which of them are a group (name, the first, how many)."""

    addresses: list[Address]
    groups: list[_core.AddressGroup]


def read_field(field: str, source: AddressListSource | None) -> AddressField:
    """As `read_list`, with the groups."""
    found = AddressField([], [])
    if source is None:
        return found
    if isinstance(source, str):
        _add_text(field, source, found)
    elif _is_pair(source):
        found.addresses.append(read_one(field, source))
    elif isinstance(source, Group | Iterable):
        for i, one in enumerate([source] if isinstance(source, Group) else source):
            place = f"{field}[{i}]"
            if isinstance(one, Group):
                found.groups.append((one.name, len(found.addresses), len(one.members)))
                found.addresses.extend(one.members)
            elif isinstance(one, str) and one.rstrip(" ").endswith(";"):
                _add_text(place, one, found)
            else:
                found.addresses.append(read_one(place, one))
    else:
        raise arguments.refuse(field, "an address or a list of them", source)
    return found


def _is_pair(source: object) -> TypeGuard[tuple[str, str]]:
    """Whether it is one (name, address) and no tuple of two addresses."""
    return (
        isinstance(source, tuple)
        and len(source) == 2
        and all(type(one) is str for one in source)
        and "@" not in source[0]
    )


def _add_text(field: str, source: str, found: AddressField) -> None:
    typed = arguments.text(field, source)
    with arguments.named(field):
        mailboxes, groups = _core.parse_address_list(typed)
    for name, first, count in groups:
        found.groups.append((name, len(found.addresses) + first, count))
    for name, address in mailboxes:
        found.addresses.append(Address(name, address))


def pairs(addresses: Iterable[Address]) -> list[tuple[str, str]]:
    """As the core takes them."""
    return [(one.name, one.address) for one in addresses]

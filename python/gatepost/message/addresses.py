"""Addresses as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.header import Header
from functools import lru_cache
from typing import NamedTuple, Protocol, Self, TypeGuard

from .. import _core, arguments
from ..errors import InputError
from .words import decoded, is_encoded_whole, line_of


class StdlibAddress(Protocol):
    """As email.headerregistry.Address."""

    @property
    def display_name(self) -> str:
        """The name, or ""."""

    @property
    def addr_spec(self) -> str:
        """The address."""


AddressSource = str | tuple[str | Header, str] | Header | StdlibAddress
"""What a caller may give for one address: "Иван <ivan@пример.рф>", "ivan@example.com", or (name, address).

Names may be encoded as `email.utils.formataddr` and `email.header.Header` do it. The Header itself is taken too, and
the Address of email.headerregistry.
"""

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
        return _pair(field, *source)
    if isinstance(source, Address):
        return source
    if not isinstance(source, str | Header) and hasattr(source, "addr_spec"):
        return _pair(field, source.display_name or "", source.addr_spec)
    typed = _typed(field, source)
    with arguments.named(field):
        name, address = _parse_mailbox(typed)
    return Address(decoded(field, name), address)


def _pair(field: str, name: object, address: object) -> Address:
    shown, wire = decoded(field, name), arguments.line(field, address)
    with arguments.named(field):
        return Address(shown, _core.normalise_address(wire))


def _typed(field: str, source: object) -> str:
    """Addresses as text, their names still encoded."""
    text = line_of(field, source)
    if is_encoded_whole(text):
        raise InputError(
            f"{field}: {text[:60]!r} is one encoded-word, in which no address can stand; encode the name alone, as "
            "email.utils.formataddr((name, address)) does, or give the text itself"
        )
    return text


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

    def __init__(self, name: str | Header, members: AddressSource | Iterable[AddressSource] | None = None) -> None:
        self.name = decoded("group", name).strip(" ")
        if not self.name:
            raise InputError("group: it has no name")
        self.members = read_list(f"group {self.name!r}", members)

    def __repr__(self) -> str:
        return f"Group({self.name!r}, {self.members!r})"


class StdlibGroup(Protocol):
    """As email.headerregistry.Group."""

    @property
    def display_name(self) -> str | None:
        """The group's name; None for an address that is in none."""

    @property
    def addresses(self) -> Iterable[StdlibAddress]:
        """The members."""


AddressListSource = AddressSource | Group | StdlibGroup | Iterable[AddressSource | Group | StdlibGroup]
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
    if isinstance(source, Address):
        found.addresses.append(source)
    elif isinstance(source, str | Header):
        _add_text(field, source, found)
    elif _is_pair(source):
        found.addresses.append(read_one(field, source))
    elif isinstance(source, Iterable):
        for i, one in enumerate(source):
            _add_one(f"{field}[{i}]", one, found)
    elif isinstance(source, Group) or hasattr(source, "addr_spec") or _is_stdlib_group(source):
        _add_one(field, source, found)
    else:
        raise arguments.refuse(field, "an address or a list of them", source)
    return found


def _add_one(place: str, one: AddressSource | Group | StdlibGroup, found: AddressField) -> None:
    if isinstance(one, Group):
        found.groups.append((one.name, len(found.addresses), len(one.members)))
        found.addresses.extend(one.members)
    elif _is_stdlib_group(one):
        members = read_list(place, list(one.addresses))
        if one.display_name is not None:
            found.groups.append((decoded(place, one.display_name), len(found.addresses), len(members)))
        found.addresses.extend(members)
    elif isinstance(one, str) and one.rstrip(" ").endswith(";"):
        _add_text(place, one, found)
    else:
        found.addresses.append(read_one(place, one))  # type: ignore[arg-type]  # what it cannot be is refused there


def _is_stdlib_group(source: object) -> TypeGuard[StdlibGroup]:
    return hasattr(source, "addresses") and hasattr(source, "display_name")


def _is_pair(source: object) -> TypeGuard[tuple[str | Header, str]]:
    """Whether it is one (name, address) and no tuple of two addresses."""
    if not isinstance(source, tuple) or len(source) != 2 or type(source[1]) is not str:
        return False
    return isinstance(source[0], Header) or (type(source[0]) is str and "@" not in source[0])


def _add_text(field: str, source: str | Header, found: AddressField) -> None:
    typed = _typed(field, source)
    with arguments.named(field):
        mailboxes, groups = _core.parse_address_list(typed)
    for name, first, count in groups:
        found.groups.append((decoded(field, name), len(found.addresses) + first, count))
    for name, address in mailboxes:
        found.addresses.append(Address(decoded(field, name), address))


def pairs(addresses: Iterable[Address]) -> list[tuple[str, str]]:
    """As the core takes them."""
    return [(one.name, one.address) for one in addresses]

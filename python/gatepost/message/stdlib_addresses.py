"""The address headers of a standard library's message: read, and written with nobody's name cut or changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import _core
from ..errors import InputError
from .addresses import Address, read_field, read_list


def addresses_of(field: str, value: Any) -> list[Address]:
    """The addresses of a header object or of a text. InputError names the field and the address that is none."""
    try:
        found = list(value.addresses) if hasattr(value, "addresses") else str(value)
    except (AttributeError, IndexError, ValueError) as error:  # what the library meets in damaged ones
        raise InputError(f"{field}: {error}") from None
    return read_list(field, found)


def address_field(name: str, value: Any) -> bytes | str:
    """An address header: the field itself, or its text in ASCII where that can stand as it is.

    `value`: a header object of EmailPolicy, or text.
    """
    if hasattr(value, "groups"):
        text = ", ".join(_group_text(group) for group in value.groups)
        if text.isascii() and "=?" not in text:
            return text
        try:
            return _core.address_field(name, *_parts(value.groups))
        except InputError:
            return str(value)
    if value.isascii():
        return str(value)
    try:
        read = read_field(name, value)
    except InputError:
        return str(value)
    return _core.address_field(name, [(one.name, one.address) for one in read.addresses], read.groups)


def _group_text(group: Any) -> str:
    members = ", ".join(Address(one.display_name, one.addr_spec) for one in group.addresses)
    return members if group.display_name is None else f"{_phrase(group.display_name)}: {members};"


def _phrase(name: str) -> str:
    return str(Address(name, "")).removesuffix(" <>")


def _parts(groups: Iterable[Any]) -> tuple[list[tuple[str, str]], list[_core.AddressGroup]]:
    mailboxes: list[tuple[str, str]] = []
    spans = []
    for group in groups:
        if group.display_name is not None:
            spans.append((group.display_name, len(mailboxes), len(group.addresses)))
        mailboxes += [(one.display_name, _wire(one.addr_spec)) for one in group.addresses]
    return mailboxes, spans


def _wire(address: str) -> str:
    return address if address.isascii() else _core.normalise_address(address)

"""Addresses of a list in wire form, and the key under which two of them are one mailbox."""

from __future__ import annotations

from ... import _core


def wire_address(text: object) -> tuple[str, str]:
    """(wire address, display name) of a cell: "ivan@пример.рф" or "Иван <ivan@пример.рф>". InputError says why not."""
    if not isinstance(text, str) or not text.strip():
        raise _core.InputError("the address is empty")
    if "<" in text or "(" in text:
        name, address = _core.parse_mailbox(text)
        return address, name
    return _core.normalise_address(text), ""


def address_key(wire: str) -> str:
    """One mailbox, one key: nobody is written to twice for a capital letter."""
    return wire.lower()

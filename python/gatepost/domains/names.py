"""Names as the DNS is asked for them: letters of one's own as A-labels (RFC 8616)."""

from __future__ import annotations

import re

from .. import arguments
from ..dkim import wire_domain
from ..errors import InputError

_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST = 253


def asked_domain(domain: object, field: str = "domain") -> str:
    """A domain that a letter or a client names, to ask the DNS about: lower case, A-labels, no final dot.

    What can be no domain comes back as it is: nothing is published there. InputError for anything but text.
    """
    name = arguments.text(field, domain).rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return wire_domain(name).lower()
    except InputError:
        return name


def record_name(field: str, name: object) -> str:
    """A name that the user gives for a record of the DNS ("_spf.example.com", "s1"); InputError names the `field`."""
    bare = arguments.text(field, name).removesuffix(".")
    try:
        wire = bare if bare.isascii() else wire_domain(bare)
    except InputError:
        wire = ""
    if len(wire) > _LONGEST or not all(_LABEL.fullmatch(label) for label in wire.split(".")):
        raise InputError(f"{field} {name!r} is not a DNS name")
    return wire

"""Checks of arguments that are PEM texts (RFC 7468). Their values are never shown."""

from __future__ import annotations

import re
from functools import lru_cache

from .arguments import refuse, secret_text
from .errors import InputError

_CERTIFICATE = re.compile(r"-----BEGIN (X509 )?CERTIFICATE-----.*?-----END \1?CERTIFICATE-----", re.DOTALL)


def certificates(name: str, value: object) -> None:
    """Certificates, other lines among them; "" means none."""
    if not isinstance(value, str):
        raise refuse(name, "PEM text (a str; Path(...).read_text() reads a file)", value, secret=True)
    secret_text(name, value)
    found = [match[0] for match in _CERTIFICATE.finditer(value)]
    if value and not (found and _readable("\n".join(found))):
        raise InputError(f"{name} holds no readable certificate; it takes PEM text (-----BEGIN CERTIFICATE-----)")


def private_key(name: str, value: object) -> None:
    """A key that is not encrypted; "" means none."""
    if not isinstance(value, str):
        raise refuse(name, "PEM text", value, secret=True)
    secret_text(name, value)
    if value and "PRIVATE KEY-----" not in value:
        raise InputError(f"{name} holds no key; it takes PEM text, not encrypted (-----BEGIN PRIVATE KEY-----)")


@lru_cache(maxsize=16)
def _readable(pem: str) -> bool:
    import ssl  # here, since most callers bring no certificate

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError, TypeError):
        return False
    return True

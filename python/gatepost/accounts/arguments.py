"""What the arguments of an Account take."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ..arguments import (
    Check,
    check_all,
    flag,
    line,
    mapping,
    one_of,
    optional,
    refuse,
    seconds,
    secret_line,
    text,
    texts,
    whole_number,
)
from ..dkim import DkimSigner
from ..errors import InputError

MECHANISMS = (
    *("SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1"),
    *("EXTERNAL", "OAUTHBEARER", "XOAUTH2", "CRAM-MD5", "PLAIN", "LOGIN"),
)
"""Those that the core speaks."""

PHASES = ("dns", "connect", "tls", "greeting", "command", "data_block", "final_reply")
"""Those with a deadline."""

_HELO = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?|\[[A-Za-z0-9:.%-]{1,253}\]")
_ATTRIBUTE = re.compile(r"[A-Z]+")
_CERTIFICATE = re.compile(r"-----BEGIN (X509 )?CERTIFICATE-----.*?-----END \1?CERTIFICATE-----", re.DOTALL)


def _letters(name: str, value: object) -> None:
    if value == 0:
        raise InputError(f"{name}: a limit of 0 letters would never send anything")
    whole_number(1)(name, value)


def _helo_name(name: str, value: object) -> None:
    if not isinstance(value, str) or (value and not _HELO.fullmatch(value)):
        raise refuse(name, "a host name in ASCII or an address literal ([192.0.2.1], RFC 5321 §4.1.3)", value)


def _certificates(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise refuse(name, "PEM text (a str; Path(...).read_text() reads a file)", value)
    found = [match[0] for match in _CERTIFICATE.finditer(value)]
    if value and not (found and _readable("\n".join(found))):
        raise InputError(f"{name} holds no readable certificate; it takes PEM text (-----BEGIN CERTIFICATE-----)")


@lru_cache(maxsize=16)
def _readable(pem: str) -> bool:
    import ssl  # here, since most accounts bring no certificate

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError, TypeError):
        return False
    return True


def _key(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise refuse(name, "PEM text", value, secret=True)
    if value and "PRIVATE KEY-----" not in value:
        raise InputError(f"{name} holds no key; it takes PEM text, not encrypted (-----BEGIN PRIVATE KEY-----)")


def _token(name: str, value: object) -> None:
    if not isinstance(value, str) and not callable(value):
        raise refuse(name, "a str or a function that returns one", value, secret=True)


def _xclient(name: str, value: object) -> None:
    mapping(line)(name, value)
    for attribute in value:  # type: ignore[attr-defined]
        if not _ATTRIBUTE.fullmatch(attribute):
            raise InputError(f"{name}: {attribute!r} is no attribute; names are in capital letters (ADDR, NAME ...)")


def _signers(name: str, value: object) -> None:
    if not isinstance(value, DkimSigner | Sequence) or isinstance(value, str):
        raise refuse(name, "a DkimSigner or a list of them", value)


_CHECKS: dict[str, Check] = {
    "url": text,
    "name": optional(line),
    "login": optional(line),
    "password": optional(secret_line),
    "sender": optional(text),
    "sender_name": line,
    "only_sender": flag,
    "max_per_minute": optional(_letters),
    "max_per_hour": optional(_letters),
    "max_per_day": optional(_letters),
    "max_connections": whole_number(1, 100),
    "letters_per_connection": whole_number(0),
    "max_message_bytes": optional(whole_number(1, 2**63 - 1)),
    "max_recipients": optional(whole_number(1)),
    "forbidden_attachments": texts,
    "timeout": seconds,
    "deadlines": optional(mapping(seconds, PHASES)),
    "verify": flag,
    "verify_name": line,
    "ca_pem": _certificates,
    "helo_name": _helo_name,
    "provider": optional(line),
    "allow_cleartext_auth": optional(flag),
    "one_round_trip": optional(flag),
    "chunking": flag,
    "access_token": optional(_token),
    "authzid": line,
    "certificate_pem": _certificates,
    "key_pem": _key,
    "min_tls": one_of("1.2", "1.3"),
    "resume_tls": flag,
    "proxy": optional(text),
    "source_address": text,
    "xclient": optional(_xclient),
    "dkim": _signers,
    "dkim_default": optional(_signers),
}


def check_arguments(given: dict[str, Any]) -> None:
    """InputError for the first argument of Account that is none of what it takes."""
    check_all(_CHECKS, given, "account: ")


def check_mechanisms(given: str | Sequence[str]) -> list[str]:
    """Their names in upper case; one alone may stand without a list."""
    names = [given] if isinstance(given, str) else given
    texts("account: mechanisms", names)
    for name in names:
        if name.upper() not in MECHANISMS:
            raise InputError(f"account: mechanisms: {name!r} is none of {', '.join(MECHANISMS)}")
    return [name.upper() for name in names]

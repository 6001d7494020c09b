"""DkimSigner: signs letters for one domain."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import timedelta

from .. import _core, arguments
from ..errors import InputError
from .keys import DkimKey
from .unseen import may_be_key, unseen


class DkimSigner:
    """Signs for one domain with one key (RFC 6376). Immutable; threads may share it.

    From, To, Cc, Subject, Date, Message-ID, Reply-To, the MIME headers, List-Unsubscribe(-Post), In-Reply-To and
    References are oversigned: nobody can add a second one. l= is never written.

    Args:
        domain: Domain that signs (d=), also in its own letters ("пример.рф").
        selector: Name of the record that publishes the key (s=).
        key: A DkimKey, or the path of its file.
        identity: Address of the domain, or of one below it (i=). Default: none.
        header: Canonicalization of the header, "relaxed" or "simple". Default: "relaxed".
        body: Canonicalization of the body, "relaxed" or "simple". Default: "relaxed".
        valid_for: How long a signature holds, a timedelta or seconds (x=). Default: for ever.

    Raises:
        InputError: An argument has a wrong type or value, or an RSA key has fewer than 1024 bits (RFC 8301). The
            message names the argument and never shows a key.
    """

    @unseen
    def __init__(
        self,
        domain: str,
        selector: str,
        key: DkimKey | str | os.PathLike[str],
        *,
        identity: str = "",
        header: str = "relaxed",
        body: str = "relaxed",
        valid_for: timedelta | float | None = None,
    ) -> None:
        for name, text in {"selector": selector, "identity": identity}.items():
            arguments.secret_line(name, text)  # who mixes up the arguments may have put the key there
        for name, form in {"header": header, "body": body}.items():
            if form not in ("relaxed", "simple"):
                raise arguments.refuse(name, "one of relaxed, simple", form, secret=True)
        self.domain = _own_domain(domain)
        self.selector = selector
        self.key = _key(key)
        seconds = valid_for.total_seconds() if isinstance(valid_for, timedelta) else valid_for
        if seconds is not None:
            arguments.seconds("valid_for", seconds)
        self._core = _core.Signer(
            domain=self.domain,
            selector=selector,
            key=self.key._key,
            identity=identity,
            header=header,
            body=body,
            valid_for=None if seconds is None else int(seconds),
        )

    def sign(self, raw: bytes) -> bytes:
        """The letter with a DKIM-Signature above it, its lines ended by CRLF, as they are when it is sent.

        InputError where From is missing or stands there twice.
        """
        return sign(raw, [self])

    @property
    def record_name(self) -> str:
        """Where the DNS must publish the key: "s1._domainkey.example.com"."""
        return f"{self.selector}._domainkey.{self.domain}"

    def __repr__(self) -> str:
        return f"<DkimSigner {self.record_name}, {self.key.kind} {self.key.bits} bits>"


def _own_domain(domain: object) -> str:
    arguments.secret_text("domain", domain)
    try:
        return wire_domain(str(domain))
    except InputError:
        if may_be_key(str(domain)):
            raise InputError("domain takes a domain such as 'example.com'") from None
        raise


def _key(key: object) -> DkimKey:
    if isinstance(key, DkimKey):
        return key
    takes = "a DkimKey or the path of a key's file"
    if not isinstance(key, str | os.PathLike):
        raise arguments.refuse("key", takes, key, secret=True)
    if isinstance(key, str) and ("\0" in key or not os.path.exists(arguments.secret_text("key", key))):
        raise InputError(f"key takes {takes}; there is no such file")  # it may be the text of a key, so it is not shown
    with arguments.named("key"):
        return DkimKey.load(key)


def sign(raw: bytes, signers: Sequence[DkimSigner]) -> bytes:
    """The letter with a signature by each of `signers`, the body hashed once for all."""
    raw = letter_bytes(raw)
    chosen = arguments.one_or_several(arguments.instance(DkimSigner))("signers", signers)
    with arguments.named("raw"):
        return _core.dkim_sign(raw, [signer._core for signer in chosen], time.time())


def letter_bytes(raw: object) -> bytes:
    """The bytes of a letter; InputError for what is something else, a Message too, whose bytes() are meant."""
    return arguments.octets("raw", raw, "the bytes of a letter")


def wire_domain(domain: str) -> str:
    """A domain as the wire has it (A-labels); InputError for anything else."""
    arguments.text("domain", domain)
    try:
        return _core.normalise_address(f"a@{domain}")[2:]
    except InputError as error:
        raise InputError(f"domain {domain!r}: {error}") from None

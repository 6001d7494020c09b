"""DkimKey: a private key, made, loaded and saved, and the DNS record that publishes its other half."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

from .. import _core, arguments, files
from ..errors import InputError, with_errno
from .unseen import shown_path, unseen


class DkimKey:
    """A private DKIM key, RSA or Ed25519. Immutable; what it is is never shown, logged or pickled.

    `DkimKey.generate("rsa")` makes one, `DkimKey.load(path)` reads one.
    """

    @unseen
    def __init__(self, pem: str | bytes, passphrase: str = "") -> None:
        """`pem`: PKCS#8 (plain or encrypted) or PKCS#1. InputError says what is wrong with it."""
        text = pem.decode("ascii", "replace") if isinstance(pem, bytes) else pem
        arguments.secret_text("pem", text)
        arguments.secret_text("passphrase", passphrase)
        with arguments.named("pem"):
            self._key = _core.SigningKey.load(text, passphrase)

    @classmethod
    def _of(cls, key: _core.SigningKey) -> Self:
        made = cls.__new__(cls)
        made._key = key
        return made

    @classmethod
    def generate(cls, kind: str = "rsa", bits: int | None = None) -> Self:
        """A new key: "rsa" (`bits` from 1024; 2048 is what to use, RFC 8301, and given) or "ed25519" (RFC 8463)."""
        arguments.one_of("rsa", "ed25519")("kind", kind)
        if bits is None:
            bits = 2048
        elif kind == "ed25519":
            raise InputError("bits: is for RSA keys; an ed25519 key has one size")
        arguments.whole_number(0)("bits", bits)
        return cls._of(_core.SigningKey.generate(kind, bits))

    @classmethod
    @unseen
    def load(cls, path: str | os.PathLike[str], passphrase: str = "") -> Self:
        """A key from a PEM file. InputError names the file."""
        if isinstance(path, str) and "PRIVATE KEY" in path:
            raise InputError("path takes the path of a key's file; DkimKey(pem) reads the text of a key")
        try:
            file = arguments.path("path", path)
        except InputError:
            raise arguments.refuse("path", "the path of a key's file", path, secret=True) from None
        arguments.secret_text("passphrase", passphrase)
        try:
            return cls(files.read_bytes(file), passphrase)
        except OSError as error:
            raise with_errno(
                InputError(f"DKIM key {shown_path(file)}: {error.strerror or error}"), error.errno
            ) from None
        except InputError as error:
            said = str(error).removeprefix(f"{str(file)!r} ")
            raise InputError(f"DKIM key {shown_path(file)}: {said}") from None

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the key as PKCS#8 PEM into a new file that only its owner can read (mode 0600).

        FileExistsError where the file is there: a key that DNS publishes is not overwritten by accident.
        """
        target = arguments.path("path", path)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(self._key.to_pem())
        return target

    @property
    def kind(self) -> str:
        """ "rsa" or "ed25519"."""
        return self._key.kind

    @property
    def bits(self) -> int:
        """The size of the key; 256 for Ed25519."""
        return self._key.bits

    def dns_record(self, *, zone_file: bool = False) -> str:
        """The TXT record to publish under <selector>._domainkey.<domain> (RFC 6376 §3.6.1).

        As one text for a provider's web form; with `zone_file` as a zone file writes it, in strings of at most 255
        octets (RFC 1035 §3.3).
        """
        arguments.flag("zone_file", zone_file)
        record = self._key.record()
        return _core.zone_file_value(record) if zone_file else record

    def __repr__(self) -> str:
        return f"<DkimKey {self.kind}, {self.bits} bits>"

    def __reduce__(self) -> Any:
        raise TypeError("a DkimKey is secret and is not pickled; load it from its file")

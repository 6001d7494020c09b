"""Secrets in a file, encrypted with a key that only its owner can read."""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path
from typing import Any

from ...errors import InputError
from ..file.document import read_private, write_private
from ..file.lock import locked

_MOST_BYTES = 1 << 20
_NONCE = 12
_KEY_BITS = 256


class EncryptedFile:
    """`secrets.json` and `secrets.key` in a folder: AES-256-GCM, bound to the account's name and the kind of secret."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "secrets.json"
        self._key_path = folder / "secrets.key"

    def get(self, account: str, kind: str) -> str | None:
        """The secret; None where the file has none. InputError where it cannot be decrypted."""
        sealed = self._read().get(account, {}).get(kind)
        if sealed is None:
            return None
        key = self._key()
        if key is None:
            raise InputError(f"{self.path}: its key {self._key_path} is gone; give the password of {account} again")
        from cryptography.exceptions import InvalidTag

        try:
            data = base64.b64decode(sealed, validate=True)
            opened: bytes = _cipher(key).decrypt(data[:_NONCE], data[_NONCE:], _bound(account, kind))
            return opened.decode()
        except (InvalidTag, binascii.Error, ValueError, TypeError):
            raise InputError(
                f"{self.path}: the {kind} of {account} was not written with {self._key_path}; give it again"
            ) from None

    def set(self, account: str, kind: str, value: str) -> None:
        """Keeps a secret. InputError where cryptography is not installed."""
        with locked(self.path):
            key = self._key()
            if key is None:
                key = os.urandom(_KEY_BITS // 8)
                write_private(self._key_path, base64.b64encode(key) + b"\n")
            nonce = os.urandom(_NONCE)
            sealed = nonce + _cipher(key).encrypt(nonce, value.encode(), _bound(account, kind))
            secrets = self._read()
            secrets.setdefault(account, {})[kind] = base64.b64encode(sealed).decode()
            self._write(secrets)

    def delete(self, account: str, kind: str) -> None:
        """No harm where there is none."""
        if not self.path.exists():
            return
        with locked(self.path):
            secrets = self._read()
            if secrets.get(account, {}).pop(kind, None) is not None:
                self._write({name: kinds for name, kinds in secrets.items() if kinds})

    def _read(self) -> dict[str, Any]:
        data = read_private(self.path, _MOST_BYTES, forbidden=0o077)
        if data is None:
            return {}
        try:
            secrets = json.loads(data)
        except (ValueError, RecursionError):
            secrets = None
        if not isinstance(secrets, dict) or not all(isinstance(kinds, dict) for kinds in secrets.values()):
            raise InputError(f"{self.path}: damaged; remove it and give the passwords again")
        return secrets

    def _write(self, secrets: dict[str, Any]) -> None:
        write_private(self.path, json.dumps(secrets, ensure_ascii=False, indent=1).encode())

    def _key(self) -> bytes | None:
        data = read_private(self._key_path, 1024, forbidden=0o077)
        if data is None:
            return None
        try:
            key = base64.b64decode(data.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY_BITS // 8:
            raise InputError(f"{self._key_path}: not a key; remove it and give the passwords again")
        return key


def _cipher(key: bytes) -> Any:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise InputError(
            "no keyring to keep the password in, and no package to encrypt it: pip install 'gatepost[keyring]';"
            " or let the account's password_command or the environment give it"
        ) from None
    return AESGCM(key)


def _bound(account: str, kind: str) -> bytes:
    return f"{account}\0{kind}".encode()

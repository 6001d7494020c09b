"""One key of each kind for a round, in the shapes that ours and the peers want, and the records that publish them."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gatepost.dkim import DkimKey, DkimSigner

DOMAIN, SELECTOR = "example.org", "bench"
RECORD = f"{SELECTOR}._domainkey.{DOMAIN}"


@dataclass(frozen=True)
class BenchKey:
    """A fresh private key; `kind` is rsa (2048 bits) or ed25519."""

    kind: str
    pem: str
    record: str
    """What the TXT record at RECORD says."""

    @property
    def seed(self) -> bytes:
        """The 32 bytes of an Ed25519 key: the end of its PKCS#8 (RFC 8410)."""
        return base64.b64decode("".join(self.pem.splitlines()[1:-1]))[-32:]

    @property
    def for_dkimpy(self) -> bytes:
        """dkimpy takes an Ed25519 key as its seed in base64, an RSA key as PEM."""
        return base64.b64encode(self.seed) if self.kind == "ed25519" else self.pem.encode()

    @property
    def algorithm(self) -> str:
        """The value of a=."""
        return f"{self.kind}-sha256"

    def signer(self) -> DkimSigner:
        """Ours."""
        return DkimSigner(DOMAIN, SELECTOR, DkimKey(self.pem))


def bench_key(kind: str) -> BenchKey:
    """A new key of this kind."""
    key = DkimKey.generate(kind)
    with tempfile.TemporaryDirectory() as folder:
        pem = key.save(Path(folder) / "key.pem").read_text()
    return BenchKey(kind, pem, key.dns_record())

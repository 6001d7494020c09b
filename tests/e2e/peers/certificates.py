"""A certificate authority of the tests' own and what it signed, as files for programs and as text for us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gatepost import _core

HOURS = 24


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files; `ca_pem` is the authority's text."""

    ca: Path
    server: Path
    key: Path
    ca_pem: str


def make_certificates(folder: Path) -> Certificates:
    """For localhost by name and address."""
    authority = _core.make_authority("gatepost e2e", HOURS)
    server = _core.make_server_certificate(authority, ["localhost", "127.0.0.1", "::1"], HOURS)
    texts = {
        "ca.pem": authority["certificate_pem"],
        "server.pem": server["certificate_pem"],
        "server.key": server["key_pem"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key", authority["certificate_pem"])

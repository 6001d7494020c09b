"""A certificate authority of the tests' own and what it signed, as files for programs; made by the openssl program."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from .availability import find_program

_SERVER = [
    "basicConstraints=CA:FALSE",
    "extendedKeyUsage=serverAuth",
    "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1",
]
_CLIENT = ["basicConstraints=CA:FALSE", "extendedKeyUsage=clientAuth"]
_AUTHORITY = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign"]


@dataclass(frozen=True)
class Certificates:
    """PEM files in a folder: `.ca`, `.server` and `.key`, `.client` and `.client_key` (for "client.test")."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def ca_pem(self) -> str:
        return self.ca.read_text()

    @property
    def server(self) -> Path:
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"

    @property
    def client(self) -> Path:
        return self.folder / "client.pem"

    @property
    def client_key(self) -> Path:
        return self.folder / "client.key"


def make_certificates(folder: Path) -> Certificates:
    """The server's are for localhost by name and address."""
    openssl = find_program("openssl")

    def make(file: str, subject: str, extensions: list[str], *signer: str) -> None:
        command = [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/CN={subject}",
        ]
        command += ["-keyout", f"{file}.key", "-out", f"{file}.pem", "-config", "/dev/null", *signer]
        for extension in extensions:
            command += ["-addext", extension]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=30)

    signer = ["-CA", "ca.pem", "-CAkey", "ca.key"]
    make("ca", "gatepost e2e", _AUTHORITY)
    make("server", "localhost", _SERVER, *signer)
    make("client", "client.test", _CLIENT, *signer)
    return Certificates(folder)

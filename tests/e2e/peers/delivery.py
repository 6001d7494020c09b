"""One letter that a client of somebody else's is to deliver, and what every client looks like."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


class NotDelivered(Exception):
    """The client gave up; its own words."""


@dataclass(frozen=True)
class Delivery:
    """Where to, who, what. `tls`: None, starttls or implicit. `secret` is the password, or the token for OAuth."""

    port: int
    data: bytes
    mail_from: str = "ivan@example.org"
    rcpt_to: tuple[str, ...] = ("olga@example.com",)
    host: str = "127.0.0.1"
    tls: str | None = None
    ca: Path = Path("/dev/null")
    mechanism: str | None = None
    login: str = ""
    secret: str = ""
    lmtp: bool = False

    @property
    def utf8(self) -> bool:
        """Whether an address needs SMTPUTF8."""
        return not "".join((self.mail_from, *self.rcpt_to)).isascii()


class Client:
    """A client: what it can, and how it is told to deliver."""

    mechanisms: ClassVar[frozenset[str]]
    utf8: ClassVar[bool] = False  # sends to addresses that are not ASCII
    lmtp: ClassVar[bool] = False

    def send(self, delivery: Delivery) -> None:
        """Returns when the server took the letter; NotDelivered with the client's words otherwise."""
        raise NotImplementedError


def run(command: Sequence[str | Path], data: bytes = b"", folder: Path | None = None) -> str:
    """Runs a client to its end; NotDelivered with its words where it failed."""
    result = subprocess.run(
        [str(word) for word in command],
        input=data,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
    )
    said = result.stdout.decode(errors="replace")
    if result.returncode != 0:
        raise NotDelivered(said)
    return said

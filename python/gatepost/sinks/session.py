"""What a sink knows of a connection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from .. import _core


@dataclass(frozen=True, slots=True)
class Session:
    """A client's connection. `client` is its address and port, ("unix", 0) for a Unix socket's; `user` its login and
    `mechanism` how it logged in, or ""; `tls` is (version, cipher) or None. Secrets are masked."""

    id: int
    client: tuple[str, int]
    helo: str
    user: str
    mechanism: str
    tls: tuple[str, str] | None
    transcript: str


@dataclass(frozen=True, slots=True)
class SessionRecord(Session):
    """A connection from its beginning to its end. `end` is "" and `closed` None while it is open.

    `warnings`: rules of SMTP that the client broke, in words, each once.
    """

    warnings: list[str]
    end: str
    opened: datetime
    closed: datetime | None
    letters: int
    rules: list[str]
    """Rules of the sink that had a say, as "rcpt: rule 3"; the first 100."""

    @classmethod
    def of(cls, row: _core.SinkSession) -> SessionRecord:
        """From the core's row."""
        return cls(
            id=row["session_id"],
            client=row["client"],
            helo=row["helo"],
            user=row["user"],
            mechanism=row["mechanism"],
            tls=row["tls"],
            transcript=row["transcript"],
            warnings=row["warnings"],
            end=row["end"],
            opened=datetime.fromtimestamp(row["opened"], UTC),
            closed=datetime.fromtimestamp(row["closed"], UTC) if row["end"] else None,
            letters=row["letters"],
            rules=row["rules"],
        )

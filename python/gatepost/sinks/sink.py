"""Sink: an SMTP server for tests that behaves like a real gate and keeps what it receives."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from .base import SinkBase
from .globs import wire_glob
from .letter import Letter


class Sink(SinkBase):
    """A running SMTP sink, with a thread of its own; it listens once it is made. A context manager, or `close()` it.

    `profile`: "open" (the default; takes everything) or a real gate ("demo_gate"; see `gatepost.sinks.PROFILES`).
    `host`, `port`: where to listen; port 0 is picked by the system. `tls`: None (plain), "starttls" (required before
    mail) or "implicit"; the certificate is made on the spot by an authority of its own, `ca_pem`. `users`: login to
    password; nobody else may send. `rules`: further rules, before the profile's. `seed`: of the rules' odds. Further
    options: `max_message_bytes`, `max_recipients`, `max_inbox_bytes` (the oldest letters go first), `max_sessions`,
    `keep_transcripts`, `host_name`.

    OSError where the port cannot be had, InputError naming any other fault.
    """

    def wait(
        self, n: int = 1, *, to: str = "*", from_: str = "*", subject: str = "", timeout: float = 5.0
    ) -> list[Letter]:
        """Waits until `n` letters that pass are in the inbox and returns all that pass, oldest first.

        SinkTimeout (an AssertionError) after `timeout` seconds says what did arrive, what was discarded and why, and
        the last transcripts. The filters are those of `select`.
        """
        found = self._core.wait(n, timeout, wire_glob(to), wire_glob(from_), subject)
        if len(found) < n:
            raise self._timeout(n, len(found), timeout, to, from_, subject)
        return [Letter(stored) for stored in found]

    def expect_none(self, *, to: str = "*", from_: str = "*", subject: str = "", within: float = 0.0) -> None:
        """AssertionError where a letter that passes is in the inbox, or arrives within so many seconds."""
        if found := self._core.wait(1, within, wire_glob(to), wire_glob(from_), subject):
            raise self._unexpected(len(found), to, from_, subject)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

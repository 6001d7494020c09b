"""The log file of an account, written by any number of processes, begun anew by age and size."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from .. import _core
from ..shown import shown
from .file.lock import locked
from .logs import AGES, LEVELS, LogOptions
from .places import make_private
from .server_words import said_and_meaning

_BEGUN = "# begun "
_MB = 1_000_000


class LogFile:
    """`NAME.log` in the folder of logs."""

    def __init__(self, folder: Path, account: str, options: LogOptions) -> None:
        self.path = folder / f"{quote(account, safe=' @+')}.log".lstrip(".")
        self._options = options
        self._level = LEVELS.index(options.level)
        self._said: object = None  # whose handshake is written already

    @property
    def on(self) -> bool:
        """Whether anything is written."""
        return self._level > 0

    def write(self, batch: _core.Batch) -> None:
        """Writes down what was said about each letter of a batch, as far as the level asks."""
        if not self.on:
            return
        lines = [line for row in _letters(batch) for line in self._lines(batch, row)]
        if lines:
            self._append("".join(f"{shown(line)}\n" for line in lines))

    def clear(self) -> None:
        """Begins anew: the account is another one now."""
        self.path.unlink(missing_ok=True)

    def _lines(self, batch: _core.Batch, row: int) -> Iterator[str]:
        session, at = batch["session"][row], batch["ended"][row]
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
        known = session is not None and session is self._said
        self._said = session
        transcript = batch["transcript"][row].splitlines()
        if self._level >= 3 and session is not None and not known:
            yield f"{when} connected to {session.server}, {_tls(session)}" + (
                f", logged in by {session.auth_mechanism}" if session.auth_mechanism else ""
            )
        if self._level >= 4 and session is not None and not known:
            yield f"{when} offers {', '.join(session.extensions)}"
            yield f"{when} seconds: {_seconds(session.timings)}"
            if session.tls is not None:
                tls = session.tls
                yield f"{when} certificate {tls.peer_subject} by {tls.peer_issuer}, until {tls.peer_not_after}"
        marks = ("C: ", "S: ", "-- ")[: self._level]
        for line in transcript[_handshake(transcript) if known else 0 :]:
            if line.startswith("S: 334 "):
                line = "S: 334 ****"  # with it and the rest, a password could be guessed offline
            if line.startswith(marks):
                yield f"{when} {line}"
        if self._level >= 4 and any(batch["timings"][row]):
            timings = dict(zip(("mail", "rcpt", "data", "final"), batch["timings"][row], strict=True))
            size = f"{batch['bytes'][row]} bytes {batch['message_id'][row]}".rstrip()
            yield f"{when} seconds: {_seconds(timings)}; {size}"
        failure = batch["failure"][row]
        if failure is not None and batch["tried"][row] and (self._level >= 2 or not transcript):
            yield f"{when} failed: {said_and_meaning(failure.describe())[0]} ({failure.category})"

    def _append(self, text: str) -> None:
        make_private(self.path.parent)
        with locked(self.path):
            begun = self._begun()
            now = time.time()
            anew = begun is None or now - begun >= AGES[self._options.rewrite] or self._too_large(len(text.encode()))
            mode = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | (os.O_TRUNC if anew else os.O_APPEND)
            with os.fdopen(os.open(self.path, mode, 0o600), "w", encoding="utf-8", errors="replace") as file:
                if anew:
                    file.write(f"{_BEGUN}{now:.0f} {time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(now))}\n")
                file.write(text)

    def _too_large(self, more: int) -> bool:
        most = self._options.max_mb * _MB
        return bool(most) and self.path.stat().st_size + more > most

    def _begun(self) -> float | None:
        """When the file was begun, as its first line says; None where there is none."""
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                return float(file.readline(64).removeprefix(_BEGUN).split(" ")[0])
        except (OSError, ValueError):
            return None


def _letters(batch: _core.Batch) -> Iterator[int]:
    """The first row of each letter: its recipients share a transcript."""
    last: object = None
    for row, ticket in enumerate(batch["ticket"]):
        if ticket != last:
            yield row
        last = ticket


def _handshake(transcript: list[str]) -> int:
    """How many lines stand before the letter's own."""
    return next((i for i, line in enumerate(transcript) if line.startswith("C: MAIL FROM")), 0)


def _tls(session: _core.SessionFacts) -> str:
    tls = session.tls
    if tls is None:
        return "not encrypted"
    return f"{tls.version} {tls.cipher}, certificate {'verified' if tls.verified else 'not verified'}"


def _seconds(timings: dict[str, float]) -> str:
    return ", ".join(f"{phase} {seconds:.3f}" for phase, seconds in timings.items() if seconds)

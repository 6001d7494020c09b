"""Keeping a lane's OAuth token fresh: asked for at the first use, and again when the server refuses it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from .. import _core


class AccessToken(NamedTuple):
    """A token to log in with. `renew_at`: Unix seconds from which on another one is better; None: it is not known."""

    value: str
    renew_at: float | None = None

    def __repr__(self) -> str:
        return "<AccessToken ****>"

    @property
    def due(self) -> bool:
        """Whether it is time for another one."""
        return self.renew_at is not None and time.time() >= self.renew_at


class TokenKeeper:
    """Asks for tokens on the caller's thread and hands them to the engine. Any thread; it asks once for all who wait.

    A turn is the number of a token: who met a refusal with it asks for the next one.
    """

    def __init__(self, ask: Callable[[str], AccessToken], give: Callable[[str], None]) -> None:
        """`ask` is told the token that was refused, "" where none was."""
        self._ask = ask
        self._give = give
        self._lock = threading.Lock()
        self._token = AccessToken("")
        self._turn = 0  # 0: none was asked for yet

    @property
    def turn(self) -> int:
        """The turn to send with; 0 where a token has to be asked for first."""
        return 0 if self._token.due else self._turn

    def ready(self) -> int:
        """Asks for a token where there is none yet, or before the one that there is ends; the turn to send with."""
        return self.turn or self._next(self._turn, "")

    def renew(self, refused: int) -> int:
        """Asks for a token after that of turn `refused`, unless somebody else has done so meanwhile."""
        return self._next(refused, self._token.value)

    def _next(self, after: int, refused: str) -> int:
        with self._lock:
            if self._turn == after:
                self._token = self._ask(refused)
                self._give(self._token.value)
                self._turn += 1
            return self._turn


def login_refused(batch: _core.Batch, rows: range) -> bool:
    """Whether a letter came back unsent because the server did not take the login."""
    failure = batch["failure"][rows.start]
    return failure is not None and failure.phase == "auth" and failure.category == "auth_failed"

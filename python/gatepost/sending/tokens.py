"""Keeping a lane's OAuth token fresh: asked for at the first use, and again when the server refuses it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .. import _core


class TokenKeeper:
    """Asks for tokens on the caller's thread and hands them to the engine. Any thread; it asks once for all who wait.

    A turn is the number of a token: who met a refusal with it asks for the next one.
    """

    def __init__(self, ask: Callable[[], str], give: Callable[[str], None]) -> None:
        self._ask = ask
        self._give = give
        self._lock = threading.Lock()
        self.turn = 0  # 0: none was asked for yet

    def ready(self) -> int:
        """Asks for the first token where there is none yet; the turn to send with."""
        return self.turn or self.renew(0)

    def renew(self, refused: int) -> int:
        """Asks for a token after that of turn `refused`, unless somebody else has done so meanwhile."""
        with self._lock:
            if self.turn == refused:
                self._give(self._ask())
                self.turn += 1
            return self.turn


def login_refused(batch: _core.Batch, rows: range) -> bool:
    """Whether a letter came back unsent because the server did not take the login."""
    failure = batch["failure"][rows.start]
    return failure is not None and failure.phase == "auth" and failure.category == "auth_failed"

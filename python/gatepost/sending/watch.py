"""Who watches over an account while it sends: its state, what is left of its limits, its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .. import _core

if TYPE_CHECKING:
    from ..store import Store


class AccountWatch(Protocol):
    """What a lane tells of an account; the accounts file has one for each of its accounts."""

    @property
    def store(self) -> Store:
        """Where all processes count together what the account sends."""

    @property
    def keeps_transcripts(self) -> bool:
        """Whether it wants to know what is said."""

    def before_sending(self) -> None:
        """Called before letters are handed in; raises where the account may not send now."""

    def note(self, batch: _core.Batch) -> None:
        """Called once for every batch of outcomes; a check has rows without a recipient."""

    def stopped(self) -> tuple[float | None, str] | None:
        """Until when the account may not send (None: until somebody resumes it), and why; None where it may."""

"""What the HTTP door needs of its sink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ..._core import Sink as CoreSink
from ..._core import StoredLetter
from ..clock import SinkClock
from ..gate import Gate
from ..letter import Letter
from ..profiles import Profile
from ..rules import Rules
from ..session import SessionRecord

if TYPE_CHECKING:
    from ...accounts import Account


class ServedSink(Protocol):
    """A running sink, as its HTTP door sees it; `Sink` and `AsyncSink` are both."""

    profile: Profile
    _core: CoreSink

    @property
    def rules(self) -> Rules:
        """The rules by which it answers."""

    @property
    def gate(self) -> Gate:
        """What rules know of its users."""

    @property
    def clock(self) -> SinkClock:
        """Its time of day."""

    @property
    def letters(self) -> list[Letter]:
        """The inbox, oldest first."""

    @property
    def discarded(self) -> list[Letter]:
        """Letters that were accepted and thrown away."""

    @property
    def sessions(self) -> list[SessionRecord]:
        """The last connections."""

    @property
    def received(self) -> int:
        """How many letters were accepted so far."""

    @property
    def address(self) -> str:
        """Its address without a login."""

    def select(self, *, to: str = "*", from_: str = "*", subject: str = "", after: int = 0) -> list[Letter]:
        """Letters of the inbox, oldest first."""

    def account(self) -> Account:
        """An account that sends into it."""

    def _letter(self, stored: StoredLetter) -> Letter:
        """The letter behind what the core keeps."""

    def clear(self) -> None:
        """Empties inbox, discarded letters and closed sessions."""

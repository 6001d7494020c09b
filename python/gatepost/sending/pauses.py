"""What an account does not try for a while, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from .. import _core
from ..codes import Failure


@dataclass(frozen=True, slots=True, repr=False)
class Pause:
    """Why and until when letters are not tried: a login, an account or a sender that the server refused.

    It ends by itself, when a letter goes out all the same, or by `resume()`. `sender` is the envelope's address whose
    letters it holds back; None means all of the account. Times are UTC.
    """

    failure: Failure  # the refusal that it began with
    since: datetime
    until: datetime
    sender: str | None = None

    @classmethod
    def from_core(cls, raw: _core.LanePause) -> Pause:
        """The same as a Python value."""
        since, until = (datetime.fromtimestamp(at, UTC) for at in (raw["since"], raw["until"]))
        return cls(Failure.from_core(raw["failure"], paused_until=raw["until"]), since, until, raw["sender"])

    def __repr__(self) -> str:
        what = "the account" if self.sender is None else f"sender {self.sender}"
        return f"<Pause of {what} until {self.until:%Y-%m-%d %H:%M:%S} UTC, {self.failure.category.value}>"

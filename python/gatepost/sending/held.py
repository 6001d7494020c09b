"""What a limit holds: said to those who wait, in a log line after a second and in the error that ends their wait."""

from __future__ import annotations

import logging
import time
from typing import NamedTuple

from .. import _core
from ..durations import duration
from ..errors import LimitReached
from ..language import gettext as _
from ..language import ngettext

_SOON = 0.1  # seconds that are not worth an early end
_LATE = 1.0  # seconds of waiting after which a log line says why

_log = logging.getLogger(__name__)


class Held(NamedTuple):
    """A limit that is used up, as things stand."""

    limit: tuple[int, float] | None  # (most letters, seconds); None: not known
    at: float | None  # Unix seconds at which the letter may go; None: not known
    surely: float = 0.0  # not in less than so many seconds, even if all that may come back does

    @property
    def why(self) -> str:
        """ "the limit of 1 letter in 60 s is used up"."""
        limit = _("a limit") if self.limit is None else limit_in_words(*self.limit)
        return _("{limit} is used up").format(limit=limit)

    def __str__(self) -> str:
        return _("{why}; the next may go {when}").format(why=self.why, when=self.when)

    @property
    def when(self) -> str:
        """ "at 12:03:20 (in 3 min 20 s)"."""
        if self.at is None:
            return _("at a time that is not known yet")
        local = time.localtime(self.at)
        day = "" if local[:3] == time.localtime()[:3] else "%Y-%m-%d "
        wait = duration(max(0.0, self.at - time.time()))
        return _("at {moment} (in {wait})").format(moment=time.strftime(day + "%H:%M:%S", local), wait=wait)


def limit_in_words(most: int, window: float) -> str:
    """ "the limit of 1 letter in 60 s"."""
    words = ngettext("the limit of {most} letter in {window} s", "the limit of {most} letters in {window} s", most)
    return words.format(most=f"{most:,}", window=f"{window:g}")


def held_by(hold: _core.Hold) -> Held:
    """What the engine says."""
    wait = hold["wait"]
    return Held(hold["limit"], None if wait is None else time.time() + wait, hold["at_least"])


class Watch:
    """Looks now and then whether a limit holds what `count` letters wait for, from now on and for `timeout` seconds."""

    def __init__(self, account: str, limiter: _core.AccountLimiter, count: int, timeout: float | None) -> None:
        self._account, self._limiter, self._count = account, limiter, count
        self._began = time.monotonic()
        self._timeout = timeout
        self._next = self._began
        self._said = False
        self._last: Held | None = None  # what the last look found

    def pause(self) -> float:
        """Seconds until the next look."""
        return max(0.0, self._next - time.monotonic())

    def look(self, queued: int, in_flight: int) -> None:
        """Letters of the account that wait and that are on their way. LimitReached where none goes in time."""
        now = time.monotonic()
        first, waited = self._next == self._began, now - self._began
        if now < self._next:
            return
        self._next = now + (_LATE - waited if waited < _LATE else _LATE)
        if first:
            self._next = now + _SOON
        # Who has just come is the last; later there may be others behind.
        found = self._limiter.outlook(queued if first and self._count == 1 else 1) if queued else None
        self._last = hold = None if found is None else held_by(found)
        if hold is None:
            return
        if self._timeout is not None and waited + hold.surely > self._timeout > _SOON and not in_flight:
            words = ngettext(
                "the letter was not sent, as timeout={timeout} would not be enough",
                "{count} letters were not sent, as timeout={timeout} would not be enough",
                self._count,
            )
            raise _reached(words.format(count=f"{self._count:,}", timeout=f"{self._timeout:g}"), hold)
        if waited >= _LATE and not self._said:
            self._said = True
            _log.warning("account %s: %s", self._account, hold)

    def ended(self, error: TimeoutError) -> TimeoutError:
        """What to raise when the time is over: the limit where one stood against a letter."""
        return error if self._last is None else _reached(str(error), self._last)


def _reached(what: str, hold: Held) -> LimitReached:
    return LimitReached(f"{what}: {hold}", hold.limit, hold.at)

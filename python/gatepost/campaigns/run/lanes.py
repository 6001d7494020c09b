"""The accounts of a run in order: which one may send now, which has to wait, which is out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ... import _core
from ...accounts.oauth.errors import TokenError
from ...durations import duration
from ...sending.held import Held
from ...sending.shared_limits import SharedLimits
from ...sending.tokens import AccessToken
from ..words import moment
from .doing import Hold
from .retry import RetryPolicy
from .verdicts import account_trouble

if TYPE_CHECKING:
    from ...accounts import Account

_MOST_STRIKES = 3  # failures to connect in a row, of a run that waits for nobody
_NOT_MENDED_BY_WAITING = frozenset({"tls_error", "protocol_error"})  # somebody has to look at it
_LONGEST_WAIT = 300.0  # seconds between tries to connect; the first waits are 1, 2, 4 ...
_MOST_PAUSES = 3  # in a row, for an account that has sent something in this run
_TROUBLE = 20  # letters in a row that the server put off for reasons of its own


@dataclass(slots=True)
class RunLane:
    """One account in this run. Times are Unix seconds."""

    index: int
    account: Account
    id: int
    mail_from: str
    program: _core.MergeProgram
    outstanding: int = 0
    accepted: int = 0
    strikes: int = 0
    away_since: float = 0.0  # its server cannot be reached; 0: it can
    trouble: int = 0
    pauses: int = 0  # since it last sent something
    was_paused: str = ""  # why, the last time
    blocked_until: float = 0.0
    blocked_why: str = ""
    gone: str = ""  # why this account sends no more in this run
    token: AccessToken | None = None  # None: none was asked for yet
    token_renewed: bool = False  # since it last sent something
    shared: SharedLimits | None = None  # tokens that other processes share
    held: Held | None = None  # a limit is used up, as of the last look; it may give way at any time


class LanePool:
    """Chooses in order: the first until its limit, then the next."""

    def __init__(
        self,
        engine: _core.Engine,
        lanes: Sequence[RunLane],
        chunk: int,
        most_outstanding: int,
        retry: RetryPolicy,
        waits: bool = True,
    ) -> None:
        """`waits`: for a server that is away, as long as the retry policy's `max_age`; else a moment."""
        self.lanes = list(lanes)
        self._retry, self._waits = retry, waits
        self._engine = engine
        self._chunk = chunk
        self._most = most_outstanding

    def pick(self, now: float) -> tuple[RunLane, int] | None:
        """The account to use and how many letters it takes now (0: busy); None: none may send now."""
        for lane in self.lanes:
            if (room := self.room(lane, now)) is not None:
                return lane, room
        return None

    def room(self, lane: RunLane, now: float) -> int | None:
        """How many letters an account takes now (0: busy); None: it may not send now."""
        if lane.gone or lane.blocked_until > now:
            return None
        if lane.outstanding > self._most - self._chunk:
            return 0
        if _needs_token(lane) and not self._give_token(lane, "", now):
            return None
        status = self._engine.status(lane.id)
        for pause in status["pauses"]:
            if pause["sender"] in (None, lane.mail_from):
                self.failed(lane, pause["failure"], now, pause["until"])
        if lane.gone or lane.blocked_until > now:
            return None
        if lane.shared is not None and status.get("must_ask"):
            lane.shared.ask(self._chunk)
            status = self._engine.status(lane.id)
        lane.held = None
        left = status["left"]
        if left is None:
            return self._chunk
        if left > 0:
            return min(self._chunk, left)
        if lane.shared is not None and status["next_free"] is None:
            return 0  # what is reserved is for letters that the engine has
        if lane.outstanding == 0 or status["next_free"] is not None:
            lane.held = Held(status.get("used_up"), status["next_free"])
        return None

    def free(self, lane: RunLane, now: float) -> float:
        """When an account may send again, as far as that is known."""
        return _free(lane, now)

    def next_time(self, now: float) -> float | None:
        """When the first waiting account may send again; None where all are out. A limit may give way before."""
        return min((_free(lane, now) for lane in self.lanes if not lane.gone), default=None)

    def succeeded(self, lane: RunLane, count: int) -> None:
        """Letters were accepted."""
        lane.accepted += count
        lane.strikes = lane.trouble = lane.pauses = 0
        lane.away_since = 0.0
        lane.token_renewed = False

    def failed(self, lane: RunLane, failure: _core.RawFailure, now: float, paused_until: float | None = None) -> bool:
        """A failure that may speak of the account. True where the lane stops for now or for good.

        `paused_until`: the engine tries nothing before. An account that has sent something goes on then.
        """
        before = (lane.gone, lane.blocked_until)
        if self._renews_token(lane, failure, now):
            return False
        if before != (lane.gone, lane.blocked_until):
            return True  # there is no token
        if (account_trouble(failure) or paused_until is not None) and failure.retry != "later":
            self._pause(lane, failure, now, paused_until)
        elif account_trouble(failure) or failure.category == "rate_limited":
            self._block(lane, paused_until or now + max(1.0, self._retry._first_wait(failure)), failure)
        elif failure.scope in ("session", "site") and failure.permanence == "temporary":
            lane.trouble += 1
            if lane.trouble >= _TROUBLE:
                lane.trouble = 0
                self._block(lane, now + self._retry._first_wait(failure, 60.0), failure)
        return (lane.gone, lane.blocked_until) != before

    def gave_back(
        self, lane: RunLane, failure: _core.RawFailure, now: float, paused_until: float | None = None
    ) -> None:
        """Letters came back untouched: wait longer each time, as long as mail servers do."""
        if failure.pause == "account" or failure.category == "rate_limited" or paused_until is not None:
            self.failed(lane, failure, now, paused_until)
            return
        if lane.gone or lane.blocked_until > now:
            return
        named = failure.retry_after if failure.retry_after_named else None
        waits = failure.category not in _NOT_MENDED_BY_WAITING
        self._away(lane, now, failure.describe(), failure.permanence == "permanent", named, waits)

    def _away(
        self, lane: RunLane, now: float, why: str, permanent: bool, wait: float | None = None, waits: bool = True
    ) -> None:
        """A server that the lane cannot do without is not to be had."""
        lane.strikes += 1
        lane.away_since = lane.away_since or now
        away = now - lane.away_since
        given_up = away >= self._retry.max_age if self._waits and waits else lane.strikes > _MOST_STRIKES
        if permanent or given_up:
            lane.gone = why + (f" (for {duration(away)})" if away >= 60 else "")
        else:
            self._hold(lane, now + (self._wait_for_server(lane) if wait is None else wait), why)

    def _wait_for_server(self, lane: RunLane) -> float:
        longest = self._retry.first_delay if self._retry.first_delay is not None else _LONGEST_WAIT
        return min(longest, math.ldexp(1.0, min(lane.strikes, 12) - 1))

    def _pause(self, lane: RunLane, failure: _core.RawFailure, now: float, until: float | None) -> None:
        """Until somebody mends it, or the engine's pause is over, where the account was good before."""
        if lane.blocked_until > now:
            return
        lane.pauses += 1
        if until is None or lane.accepted == 0 or lane.pauses > _MOST_PAUSES:
            lane.gone = failure.describe()
            return
        lane.was_paused = failure.describe()
        self._block(lane, until, failure)

    def _renews_token(self, lane: RunLane, failure: _core.RawFailure, now: float) -> bool:
        """Asks for a new OAuth token where the server refused the one before; once, until the account sends again."""
        if failure.phase != "auth" or not lane.account._asks_for_tokens:
            return False
        if lane.token_renewed:  # a lane that goes on says that this is about the token before
            return self._engine.status(lane.id)["paused"] is None
        lane.token_renewed = True
        return self._give_token(lane, "" if lane.token is None else lane.token.value, now)

    def _give_token(self, lane: RunLane, refused: str, now: float) -> bool:
        """Asks for a token and hands it to the engine. False where there is none: the lane waits, or is out."""
        try:
            lane.token = lane.account._access_token(refused)
        except TokenError as error:
            self._away(lane, now, str(error), error.permanent)
            return False
        self._engine.set_access_token(lane.id, lane.token.value)
        return True

    def why_none(self) -> str:
        """Why no account may send, in words."""
        return "; ".join(f"account {lane.account.name}: {self._why(lane)}" for lane in self.lanes)

    def _why(self, lane: RunLane) -> str:
        away = ""
        if lane.away_since and self._waits:
            until = moment(lane.away_since + self._retry.max_age, lane.away_since)
            away = f" since {moment(lane.away_since)}, tried again until {until}"
        if lane.gone or lane.held is None:
            return lane.gone or lane.blocked_why + away or "ready"
        later = lane.held.at is None or lane.held.at >= lane.blocked_until
        return lane.held.why if later else lane.blocked_why + away

    @property
    def held(self) -> dict[str, Held]:
        """The accounts that a limit holds, by name."""
        return {lane.account.name: lane.held for lane in self.lanes if lane.held is not None and not lane.gone}

    def holds(self, now: float) -> Iterator[Hold]:
        """What each account waits for that may not send now."""
        for lane in self.lanes:
            name = lane.account.name
            if lane.gone:
                yield Hold("account", name, lane.gone)
            elif lane.blocked_until > now:
                kind, since = ("server", lane.away_since) if lane.away_since else ("account", None)
                yield Hold(kind, name, lane.blocked_why, since, lane.blocked_until)
            elif lane.held is not None:
                yield Hold("limit", name, lane.held.why, until=lane.held.at)

    def _block(self, lane: RunLane, until: float, failure: _core.RawFailure) -> None:
        self._hold(lane, until, failure.describe())

    def _hold(self, lane: RunLane, until: float, why: str) -> None:
        if until > lane.blocked_until:
            lane.blocked_until = until
            lane.blocked_why = why


def _needs_token(lane: RunLane) -> bool:
    return lane.account._asks_for_tokens and (lane.token is None or lane.token.due)


def _free(lane: RunLane, now: float) -> float:
    held = 0.0 if lane.held is None else max(lane.held.at or now + 1.0, now + 0.001)
    return max(lane.blocked_until, held)

"""Tokens of limits that processes share."""

from __future__ import annotations

from typing import NamedTuple

from .. import statements as sql
from ..database import Transaction
from ..tokens import LONGEST_WINDOW, Moment, TokenGrant, TokenRequest, Window
from .base import Tables

_SLOTS = 10  # a second: letters of one slot stand in one row, as of the last of them
_SHARE = 16  # of a limit, that one holder has at a time at most: a dead one holds it for a window
_MOST = 250
_BEHIND_ALL = 2**63 - 1  # a number that no holder has
_HEAD_START = 10  # letters by which a step of priority is further to the front
_LOOK_AGAIN = 0.5  # seconds, where others may give some back


class TokenTable(Tables):
    """The call of `Store` about tokens."""

    def exchange_tokens(self, request: TokenRequest, moment: Moment, lease: float) -> TokenGrant:
        """Tells what was used and reserves more; see `Store`."""
        with self._db.transaction() as connection:
            self._db.exclusive(connection, f"tokens of {request.account}")
            now = _store_time(connection, moment._replace(wall=self._db.wall(connection, moment.wall)))
            lapsed = request.holder > 0 and not connection.execute(sql.HOLDS, (request.holder, now)).fetchone()
            held = request.in_flight + (0 if lapsed else request.reserved)
            for ago, letters in request.ended:
                at = now - max(ago, 0.0)
                connection.execute(sql.COUNT_LETTERS, (request.account, int(at * _SLOTS), at, letters))
            place = _place(connection, request, now)
            if request.wanted:
                grant = _Count(connection, request, now, held, place).grant()
                place = _Place() if grant.tokens else place._replace(kept=now + grant.again + lease)
            else:
                grant = TokenGrant(0)
            holder = self._keep(connection, request, held + grant.tokens, now + lease, place)
            connection.execute(sql.FORGET_LETTERS, (request.account, int((now - LONGEST_WINDOW) * _SLOTS)))
            connection.execute(sql.FORGET_HOLDERS, (now, now - LONGEST_WINDOW))
            return grant._replace(holder=holder, lapsed=lapsed)

    def _keep(self, connection: Transaction, request: TokenRequest, tokens: int, ends: float, place: _Place) -> int:
        """Writes down what the holder has now; who it is from now on."""
        if not tokens and not place.kept:
            connection.execute(sql.DROP_HOLDER, (request.holder,))
            return 0
        row = (tokens, ends, place.asked if place.kept else 0.0, place.kept)
        if connection.execute(sql.SET_HOLDER, (*row, request.holder)).rowcount:
            return request.holder
        [[holder]] = connection.execute(sql.NEW_HOLDER, (*row, request.account)).fetchall()
        return int(holder)


class _Place(NamedTuple):
    """Of one who waits, in the line of all who wait for the account's tokens."""

    asked: float = 0.0  # since when
    kept: float = 0.0  # until when; 0: nobody waits


def _place(connection: Transaction, request: TokenRequest, now: float) -> _Place:
    """The place that it has already, or the last one; with a priority one further to the front, as if it had waited for
    as long as some letters take: the others' turn comes all the same."""
    if not request.leaves:
        row = connection.execute(sql.WAITS_SINCE, (request.holder,)).fetchone()
        if row is not None and row[1] > now:
            return _Place(*row)
    pace = max((window / most for most, window in request.limits), default=0.0)
    return _Place(asked=now - request.priority * _HEAD_START * pace)


def _store_time(connection: Transaction, moment: Moment) -> float:
    """The store's own time, in seconds: it goes on as the machine's ticks do, and from one boot or machine to the next
    as the time of day does, never back."""
    latest = connection.execute(sql.LATEST_CLOCK).fetchone()
    own = connection.execute(sql.CLOCK, (moment.boot,)).fetchone()
    if latest is None:
        now = moment.wall
    elif own is None:
        now = latest[1] + max(0.0, moment.wall - latest[0])
    elif moment.ticks <= own[0]:  # somebody else was let in first: their later moment stands, or time would run ahead
        return float(max(latest[1], own[1]))
    else:
        now = max(latest[1], own[1] + moment.ticks - own[0])
    connection.execute(sql.SET_CLOCK, (*moment, now))
    return float(now)


class _Count:
    """Of an account's letters at a time. What others hold counts until a window after their lease: they may be dead.
    A token is kept for each who has waited longer, so that a busy sender never starves one with a single letter."""

    def __init__(self, connection: Transaction, request: TokenRequest, now: float, held: int, place: _Place) -> None:
        self._connection, self._request, self._now, self._held = connection, request, now, held
        longest = max((window for _, window in request.limits), default=0.0)
        self._others = connection.execute(
            sql.OTHER_HOLDERS, (request.account, request.holder, now - longest)
        ).fetchall()
        mine = (place.asked, place.asked, request.holder if place.kept else _BEHIND_ALL)
        [[self._ahead]] = connection.execute(
            sql.AHEAD_IN_LINE, (request.account, request.holder, now, *mine)
        ).fetchall()

    def grant(self) -> TokenGrant:
        """As many as all limits let go, or what stands against one."""
        request = self._request
        free = {limit: limit[0] - self._used(limit[1]) - self._ahead for limit in request.limits}
        share = min((max(1, most // _SHARE) for most, _ in free), default=_MOST)
        tokens = min(request.wanted, share, _MOST, *free.values())
        if tokens > 0:
            return TokenGrant(0, tokens)
        return max((self._refusal(limit, 1 - left) for limit, left in free.items() if left <= 0), key=lambda g: g.wait)

    def _used(self, window: float) -> int:
        since = self._now - window
        [[sent]] = self._connection.execute(
            sql.LETTERS_SINCE, (self._request.account, int(since * _SLOTS), since)
        ).fetchall()
        return int(sent + self._held + sum(tokens for tokens, ends in self._others if ends > since))

    def _refusal(self, limit: Window, leaving: int) -> TokenGrant:
        """`leaving`: tokens that have to come free before the next."""
        window = limit[1]
        alive = self._held + self._ahead + sum(tokens for tokens, ends in self._others if ends > self._now)
        wait = self._until(leaving, window)
        at_least = self._until(leaving - alive, window) if leaving > alive else 0.0
        return TokenGrant(0, 0, False, limit, wait, at_least, min(wait, _LOOK_AGAIN) if alive else wait)

    def _until(self, leaving: int, window: float) -> float:
        """When so many letters that are over, or that dead holders had, have left the window. One that is in flight
        leaves it a window after its end, which is now at the earliest."""
        since = self._now - window
        gone = [(ends, tokens) for tokens, ends in self._others if since < ends <= self._now]
        sent = self._connection.execute(
            sql.LETTERS_IN_ORDER, (self._request.account, int(since * _SLOTS), since, leaving)
        ).fetchall()
        for at, letters in sorted([*gone, *sent]):
            leaving -= letters
            if leaving <= 0:
                return float(at - since)
        return window

"""The limits of an account for all processes that share a store: tokens are reserved there before a letter begins."""

from __future__ import annotations

import logging
import math
import os
import select
import threading
import time
from weakref import WeakValueDictionary

from .. import _core
from ..store import Store, StoreError, TokenRequest
from ..store.tokens import now
from .warm_up import WarmUp

_LEASE = 5.0  # seconds that the store keeps what we hold without hearing of us
_VALID = 3.5  # of them those in which a letter may begin with it
_RENEW = 1.5
_TICK = 0.1  # how late the store hears that a letter is over
_TRY_AGAIN = 1.0  # where the store failed
_UNUSED = 2.0  # seconds after which tokens that nobody wants go back

_log = logging.getLogger(__name__)
_PATIENCE = 2.0  # seconds for which another program may write


_shared: WeakValueDictionary[str, Store] = WeakValueDictionary()  # by account: where this process counts it
_told: set[str] = set()  # accounts of which a store hears from this process
os.register_at_fork(after_in_child=_shared.clear)
os.register_at_fork(after_in_child=_told.clear)


def store_of(account: tuple[str, int, str]) -> Store | None:
    """Where this process counts what the account sends together with others; None: nowhere yet."""
    store = _shared.get(_name_of(account))
    return None if store is None or store.closed else store


def _name_of(account: tuple[str, int, str]) -> str:
    host, port, login = _core.account_in_one_spelling(*account)
    return f"{host}:{port} {login}".rstrip()


def _untold(account: str, limiter: _core.AccountLimiter) -> list[tuple[float, int]]:
    """What this process sent through the account before it counted with others."""
    if account in _told:
        return []
    _told.add(account)
    now = time.monotonic()
    return [(now - ago, 1) for ago in limiter.sent_ago()]


class SharedLimits:
    """Asks the store on a thread of its own, so that no thread that sends ever waits for it.

    `close` it when the lane of `limiter` has ended; the lane may still be at its last letter then.
    """

    def __init__(
        self,
        limiter: _core.AccountLimiter,
        account: tuple[str, int, str],
        store: Store,
        borrowed: bool = False,
        priority: int = 0,
        warm_up: WarmUp | None = None,
    ) -> None:
        """`borrowed`: the store is another's in this process, who may close it; then nothing is shared any more.
        `priority`: against others who wait for tokens of the account. `warm_up`: by which its limits grow."""
        self._warm_up = warm_up
        self._account = _name_of(account)
        self._limiter, self._store, self._borrowed, self._priority = limiter, store, borrowed, priority
        self._queue = _core.TokenQueue()
        self._lock = threading.Lock()  # one exchange at a time
        self._holder = self._held = 0
        self._spoke = 0.0  # when the store heard of us last, by time.monotonic()
        self._used = 0.0  # when a token was last in use
        self._ended = _untold(self._account, limiter)  # (time.monotonic(), letters) that the store has not heard of yet
        _shared[self._account] = store
        self._failing = False
        self._closing = False
        limiter.set_source(self._queue)
        self._thread = threading.Thread(target=self._run, name=f"gatepost limits of {account[0]}", daemon=True)
        self._thread.start()

    def ask(self, wanted: int) -> None:
        """Reserves up to so many tokens, now and on this thread."""
        self._exchange(wanted)

    def return_unused(self) -> None:
        """Others have what is reserved and not used."""
        self._limiter.return_reserved()

    def stop(self) -> None:
        """Ends the thread once it has said what is over; does not wait for it."""
        self._closing = True
        self._queue.wake()

    def close(self) -> None:
        """Ends the thread."""
        self.stop()
        self._thread.join()

    def _run(self) -> None:
        # Waiting is Python's own: a thread that ends with the interpreter must not stand in native code.
        poll = select.poll()
        poll.register(self._queue.fileno(), select.POLLIN)
        while not self._closing:
            pause = _TRY_AGAIN if self._failing else _TICK if self._held or self._ended else None
            poll.poll(None if pause is None else pause * 1000)
            self._return_unused()
            self._exchange()
        self._limiter.return_reserved()
        self._exchange(leaves=True)

    def _return_unused(self) -> None:
        reserved, in_flight = self._limiter.held()
        if in_flight or not reserved:
            self._used = time.monotonic()
        elif time.monotonic() - self._used > _UNUSED:
            self._limiter.return_reserved()

    def _exchange(self, wanted: int = 0, leaves: bool = False) -> None:
        with self._lock:
            began = time.monotonic()
            # Before the queue: a letter that ends between the two counts twice until the next time, not never.
            reserved, in_flight = self._limiter.held()
            asked, ended = self._queue.take()
            self._ended += [(began - ago, letters) for ago, letters in ended]
            wanted = max(wanted, asked)
            silent = self._held > 0 and began - self._spoke >= _RENEW
            waited = leaves and self._holder > 0
            if not (wanted or self._ended or silent or waited or reserved + in_flight != self._held):
                return
            try:
                with self._store.patience(_PATIENCE):
                    windows, until_others = self._windows()
                    request = TokenRequest(
                        self._account, windows, self._holder, 0 if leaves else wanted, reserved, in_flight,
                        tuple((began - at, letters) for at, letters in self._ended), leaves, self._priority,
                    )  # fmt: skip
                    grant = self._store.exchange_tokens(request, now(), _LEASE)
            except StoreError as error:
                self._failed(error, wanted)
                return
            self._failing = False
            self._spoke = began
            self._ended.clear()
            self._holder = grant.holder
            self._held = in_flight + (0 if grant.lapsed else reserved) + grant.tokens
            valid = _VALID - (time.monotonic() - began)
            if grant.lapsed:
                self._limiter.return_reserved()
            if grant.tokens:
                self._used = began
                self._limiter.grant(grant.tokens, valid)
            elif wanted and grant.used_up is not None:
                waits = (min(one, until_others) for one in (grant.wait, grant.at_least, grant.again))
                self._limiter.refuse(grant.used_up, *waits)
            self._limiter.renew(valid)

    def _windows(self) -> tuple[tuple[tuple[int, float], ...], float]:
        """The limits that hold now, and in how many seconds a day of the warm-up begins that has others."""
        if self._warm_up is None:
            return tuple(self._limiter.limits), math.inf
        return self._warm_up.windows(), max(_TICK, self._warm_up.next_in)

    def _failed(self, error: StoreError, wanted: int) -> None:
        if self._borrowed and self._store.closed:
            self._limiter.set_source(None)
            self._closing = True
            return
        if wanted:
            self._limiter.grant(0, 0.0)  # asks again after a second
        if not self._failing and not self._closing:
            _log.warning("no letter of %s may begin, as its limits cannot be shared: %s", self._account, error)
        self._failing = True

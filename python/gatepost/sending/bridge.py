"""Between Python and the engine: tickets go down, batches of outcomes come back. No account or letter is known here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from .. import _core
from .held import Watch

Verdict: TypeAlias = "tuple[_core.Batch, range]"
"""A letter's outcome: its rows (one per recipient) of a batch."""

Submit: TypeAlias = "Callable[[_core.OutcomeQueue, Sequence[int]], object]"
"""Hands in as many letters or checks as there are tickets."""


def new_engine() -> _core.Engine:
    """An engine with an I/O thread of its own; whoever makes it stops it."""
    return _core.Engine()


def rows_by_ticket(batch: _core.Batch) -> Iterator[tuple[int, range]]:
    """The rows of each letter of a batch: they stand together, one per recipient."""
    tickets = batch["ticket"]
    start = 0
    for end in range(1, len(tickets) + 1):
        if end == len(tickets) or tickets[end] != tickets[start]:
            yield tickets[start], range(start, end)
            start = end


def no_outcome(missing: int, count: int, timeout: float | None) -> TimeoutError:
    """The exception to raise where letters had no outcome in time."""
    return TimeoutError(f"{missing} of {count} letters had no outcome after {timeout} s")


class Handed:
    """Letters on their way, with tickets 0 .. count-1 and a queue of their own."""

    def __init__(
        self, engine: _core.Engine, on_batch: Callable[[_core.Batch], None], submit: Submit, count: int
    ) -> None:
        self._engine = engine
        self._on_batch = on_batch
        self._count = count
        self._queue = _core.OutcomeQueue()
        try:
            submit(self._queue, range(count))
        except BaseException:  # Ctrl-C behind the submission
            self.take_back()
            raise

    def __len__(self) -> int:
        return self._count

    def verdicts(
        self, timeout: float | None, watch: Watch | None = None, look: Callable[[Watch], None] = lambda watch: None
    ) -> list[Verdict]:
        """Waits for all outcomes; they come in the order of the tickets. `look` is called with `watch` now and then.

        TimeoutError, Ctrl-C and what `look` raises take back what has not begun.
        """
        count = self._count
        found: dict[int, Verdict] = {}
        end = None if timeout is None else time.monotonic() + timeout
        try:
            while len(found) < count:
                left = 3600.0 if end is None else end - time.monotonic()
                if watch is not None:
                    look(watch)
                    left = min(left, watch.pause())
                if self._queue.wait(max(left, 0.0), count - len(found)):
                    batch = self._queue.drain()
                    self._on_batch(batch)
                    found.update((ticket, (batch, rows)) for ticket, rows in rows_by_ticket(batch))
                elif end is not None and time.monotonic() >= end:
                    error = no_outcome(count - len(found), count, timeout)
                    raise error if watch is None else watch.ended(error)
        except BaseException:
            self.take_back()
            raise
        return [found[ticket] for ticket in range(count)]

    def take_back(self) -> None:
        """What has not begun is not sent; what has come since the last look is still recorded."""
        self._engine.cancel(self._queue)
        self._on_batch(self._queue.drain())


class Waiter:
    """Hands letters in and blocks for their outcomes: one queue per call, so any number of threads may wait at once.

    `on_batch` sees every batch once, as it comes.
    """

    def __init__(self, engine: _core.Engine, on_batch: Callable[[_core.Batch], None]) -> None:
        self._engine = engine
        self._on_batch = on_batch

    def hand_in(self, submit: Submit, count: int) -> Handed:
        """Begins with `count` letters and does not wait."""
        return Handed(self._engine, self._on_batch, submit, count)

    def run(self, submit: Submit, count: int, timeout: float | None) -> list[Verdict]:
        """Outcomes of `count` letters with tickets 0 .. count-1, in that order; see `Handed.verdicts`."""
        return self.hand_in(submit, count).verdicts(timeout)


class AsyncWaiter:
    """The same for one asyncio loop: the queue's eventfd wakes the loop once per batch."""

    def __init__(
        self, engine: _core.Engine, on_batch: Callable[[_core.Batch], None], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._engine = engine
        self._on_batch = on_batch
        self._loop = loop
        self._queue = _core.OutcomeQueue()
        self._next_ticket = 0
        self._futures: dict[int, asyncio.Future[Verdict]] = {}
        loop.add_reader(self._queue.fileno(), self._on_ready)

    async def run(self, submit: Submit, count: int, timeout: float | None) -> list[Verdict]:
        """See `Waiter.run`; cancelling the task cancels what has not begun as well."""
        first = self._next_ticket
        self._next_ticket += count
        tickets = range(first, self._next_ticket)
        futures = [self._loop.create_future() for _ in tickets]
        submit(self._queue, tickets)
        self._futures.update(zip(tickets, futures, strict=True))
        try:
            if timeout is None and count == 1:
                return [await futures[0]]
            return await asyncio.wait_for(asyncio.gather(*futures), timeout)
        except TimeoutError:
            self._engine.cancel(self._queue, first, count)
            raise no_outcome(sum(one.cancelled() for one in futures), count, timeout) from None
        except asyncio.CancelledError:
            self._engine.cancel(self._queue, first, count)
            raise

    def _on_ready(self) -> None:
        batch = self._queue.drain()
        self._on_batch(batch)
        for ticket, rows in rows_by_ticket(batch):
            future = self._futures.pop(ticket)
            if not future.done():  # a task that was cancelled no longer wants to know
                future.set_result((batch, rows))

    def close(self) -> None:
        """Stops listening; futures still open are cancelled."""
        self._loop.remove_reader(self._queue.fileno())
        for future in self._futures.values():
            future.cancel()
        self._futures.clear()

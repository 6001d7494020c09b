"""Between Python and the engine: tickets go down, batches of outcomes come back. No account or letter is known here."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from .. import _core
from ..process import Home
from .held import Watch
from .recorder import AsyncRecorder, Record


class Verdict(NamedTuple):
    """A letter's outcome: its rows (one per recipient) of a batch, and why the history does not have them."""

    batch: _core.Batch
    rows: range
    recording_error: Exception | None = None


_AT_THE_END = 1.0  # seconds for the history where somebody waits for nothing more

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

    def __init__(self, engine: _core.Engine, record: Record | None, submit: Submit, count: int) -> None:
        self._engine = engine
        self._record = record
        self._home = Home()
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
                    within = None if end is None else max(0.0, end - time.monotonic())
                    error = self._record(batch, within) if self._record is not None else None
                    found.update((ticket, Verdict(batch, rows, error)) for ticket, rows in rows_by_ticket(batch))
                elif end is not None and time.monotonic() >= end:
                    late = no_outcome(count - len(found), count, timeout)
                    raise late if watch is None else watch.ended(late)
        except BaseException:
            self.take_back()
            raise
        return [found[ticket] for ticket in range(count)]

    def take_back(self) -> None:
        """What has not begun is not sent; what has come since the last look is still recorded. Nothing in a child."""
        if not self._home.here:
            return
        self._engine.cancel(self._queue)
        batch = self._queue.drain()
        if self._record is not None:
            self._record(batch, _AT_THE_END)


class Waiter:
    """Hands letters in and blocks for their outcomes: one queue per call, so any number of threads may wait at once.

    `record` sees every batch once, as it comes.
    """

    def __init__(self, engine: _core.Engine, record: Record | None) -> None:
        self._engine = engine
        self._record = record

    def hand_in(self, submit: Submit, count: int) -> Handed:
        """Begins with `count` letters and does not wait."""
        return Handed(self._engine, self._record, submit, count)

    def run(self, submit: Submit, count: int, timeout: float | None) -> list[Verdict]:
        """Outcomes of `count` letters with tickets 0 .. count-1, in that order; see `Handed.verdicts`."""
        return self.hand_in(submit, count).verdicts(timeout)


class AsyncWaiter:
    """The same for one asyncio loop: the queue's eventfd wakes the loop once per batch. Verdicts come first, and are
    recorded on a thread."""

    def __init__(self, engine: _core.Engine, record: Record | None, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._recorder = AsyncRecorder(record, loop) if record is not None else None
        self.loop = loop
        self._queue = _core.OutcomeQueue()
        self._fd = self._queue.fileno()
        self._next_ticket = 0
        self._futures: dict[int, asyncio.Future[Verdict]] = {}
        self._unrecorded: dict[int, Verdict] = {}
        # The loop does not keep a mailer alive that everybody else has let go.
        loop.add_reader(self._fd, _ready, weakref.ref(self))
        weakref.finalize(self, _stop_listening, loop, self._queue, self._fd, Home()).atexit = False

    async def run(self, submit: Submit, count: int, timeout: float | None) -> list[Verdict]:
        """See `Waiter.run`; cancelling the task cancels what has not begun as well.

        Verdicts are waited for until they are recorded, or the time is over.
        """
        first = self._next_ticket
        self._next_ticket += count
        tickets = range(first, self._next_ticket)
        submit(self._queue, tickets)
        futures = [self.loop.create_future() for _ in tickets]
        self._futures.update(zip(tickets, futures, strict=True))
        try:
            if timeout is None and count == 1:
                return [await futures[0]]
            if futures:
                await asyncio.wait(futures, timeout=timeout)
        except asyncio.CancelledError:
            self._engine.cancel(self._queue, first, count)
            raise
        verdicts = [
            future.result() if future.done() else self._unrecorded.get(ticket)
            for ticket, future in zip(tickets, futures, strict=True)
        ]
        if missing := verdicts.count(None):
            self._engine.cancel(self._queue, first, count)
            raise no_outcome(missing, count, timeout)
        return [verdict for verdict in verdicts if verdict is not None]

    def on_ready(self) -> None:
        """Hands out the verdicts that are there, or has them recorded first."""
        batch = self._queue.drain()
        if not batch["ticket"]:
            return
        if self._recorder is None:
            self._hand_out(batch, None)
            return
        late = TimeoutError("the history was not written within the time-out; it is still being tried")
        self._unrecorded.update((ticket, Verdict(batch, rows, late)) for ticket, rows in rows_by_ticket(batch))
        self._recorder.add(batch).add_done_callback(lambda recorded: self._hand_out(batch, recorded.result()))

    def _hand_out(self, batch: _core.Batch, error: Exception | None) -> None:
        for ticket, rows in rows_by_ticket(batch):
            self._unrecorded.pop(ticket, None)
            future = self._futures.pop(ticket)
            if not future.done():  # a task that was cancelled no longer wants to know
                future.set_result(Verdict(batch, rows, error))

    async def close(self) -> None:
        """Hands out what the end of the engine brought, waits for the history, and stops listening."""
        if self.loop is asyncio.get_running_loop():
            self.on_ready()
            if self._recorder is not None:
                await self._recorder.close()
        _stop_listening(self.loop, self._queue, self._fd, Home())


def _ready(waiter: weakref.ref[AsyncWaiter]) -> None:
    if (alive := waiter()) is not None:
        alive.on_ready()


def _stop_listening(loop: asyncio.AbstractEventLoop, queue: _core.OutcomeQueue, fd: int, home: Home) -> None:
    """From any thread; the queue keeps its descriptor until the loop has let go of it."""
    if loop.is_closed() or not home.here:
        return
    try:
        here = asyncio.get_running_loop() is loop
    except RuntimeError:
        here = False
    if here or not loop.is_running():
        loop.remove_reader(fd)
    else:
        loop.call_soon_threadsafe(lambda: loop.remove_reader(fd) and queue)

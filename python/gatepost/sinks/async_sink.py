"""AsyncSink: Sink for asyncio."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from ..arguments import patience, whole_number
from .base import SinkBase
from .globs import letter_filter
from .letter import Letter

_SLICE = 0.25  # a cancelled wait leaves its thread behind for no longer than this


class AsyncSink(SinkBase):
    """A `Sink` whose `wait` and `assert_none` are awaited; everything else never blocks and is the same."""

    async def wait(
        self, n: int = 1, *, to: str = "*", from_: str = "*", subject: str = "", timeout: float = 5.0
    ) -> list[Letter]:
        """Like `Sink.wait`, without holding up the event loop."""
        import asyncio  # here, so that tests without it do not load it

        loop = asyncio.get_running_loop()
        n, end = whole_number(0)("n", n), loop.time() + patience("timeout", timeout)
        passing = letter_filter(to, from_, subject)
        found = self._core.wait(n, 0.0, *passing)
        while len(found) < n and (left := end - loop.time()) > 0:
            found = await asyncio.to_thread(self._core.wait, n, min(left, _SLICE), *passing)
        if len(found) < n:
            raise self._timeout(n, len(found), timeout, to, from_, subject)
        return [self._letter(stored) for stored in found]

    async def assert_none(self, *, to: str = "*", from_: str = "*", subject: str = "", within: float = 0.0) -> None:
        """Like `Sink.assert_none`, without holding up the event loop."""
        import asyncio

        loop = asyncio.get_running_loop()
        end = loop.time() + patience("within", within)
        passing = letter_filter(to, from_, subject)
        found = self._core.wait(1, 0.0, *passing)
        while not found and (left := end - loop.time()) > 0:
            found = await asyncio.to_thread(self._core.wait, 1, min(left, _SLICE), *passing)
        if found:
            raise self._unexpected(len(found), to, from_, subject)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._exit(error)

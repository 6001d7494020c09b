"""What was sent goes into the history behind the verdicts: a history that cannot be written never costs a result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, cast

from .. import _core


class Record(Protocol):
    """Gives a batch to the history."""

    def __call__(self, batch: _core.Batch, within: float | None = None, /) -> Exception | None:
        """Returns why that could not be, `within` seconds (None: as long as the history waits)."""


def _together(batches: Sequence[_core.Batch]) -> _core.Batch:
    """The rows of several batches as one."""
    if len(batches) == 1:
        return batches[0]
    columns: dict[str, list[Any]] = {name: [] for name in batches[0]}
    for batch in batches:
        for name, column in batch.items():
            columns[name].extend(cast("list[Any]", column))
    return cast("_core.Batch", columns)


class AsyncRecorder:
    """Records on a thread, for one asyncio loop: what comes while a batch is being written goes together with the next.

    Nothing of it raises, so nobody has to ask for the end.
    """

    def __init__(self, record: Record, loop: asyncio.AbstractEventLoop) -> None:
        self._record = record
        self._loop = loop
        from concurrent.futures import ThreadPoolExecutor  # cannot be loaded any more when the interpreter ends

        self._thread = ThreadPoolExecutor(1, "gatepost history")
        self._waiting: list[tuple[_core.Batch, asyncio.Future[Exception | None]]] = []
        self._writing: asyncio.Future[Exception | None] | None = None

    def add(self, batch: _core.Batch) -> asyncio.Future[Exception | None]:
        """Begins; the answer says why the batch could not be recorded, or None."""
        recorded = self._loop.create_future()
        self._waiting.append((batch, recorded))
        if self._writing is None:
            self._write()
        return recorded

    def _write(self) -> None:
        taken, self._waiting = self._waiting, []
        batch = _together([one for one, _ in taken])
        self._writing = asyncio.wrap_future(self._thread.submit(self._record, batch), loop=self._loop)
        self._writing.add_done_callback(partial(self._written, [recorded for _, recorded in taken]))

    def _written(
        self, taken: Sequence[asyncio.Future[Exception | None]], writing: asyncio.Future[Exception | None]
    ) -> None:
        error = None if writing.cancelled() else writing.result()
        for recorded in taken:
            if not recorded.done():
                recorded.set_result(error)
        self._writing = None
        if self._waiting:
            self._write()

    async def close(self) -> None:
        """Waits for all that was added."""
        while self._writing is not None:
            await asyncio.wait([self._writing])
            await asyncio.sleep(0)  # what is done behind it
        self._thread.shutdown(wait=False)

"""The other workers of a campaign: whether they are at work still, and which of them died."""

from __future__ import annotations

import time

from ...store import Store, Worker, WorkerRecord
from .seats import Seats


class Others:
    """Judges by its own steady clock alone: a worker is silent whose sign of life did not change for `lease` seconds in
    which the store could be asked all the time. What the clocks of others show makes no difference."""

    def __init__(self, store: Store, worker: Worker, seats: Seats, lease: float) -> None:
        self._store, self._worker, self._seats, self._lease = store, worker, seats, lease
        self._seen: dict[int, tuple[WorkerRecord, float]] = {}  # by id: as it was, and since when
        self._looked = 0.0

    def busy(self) -> bool:
        """Whether any of them holds recipients."""
        return any(one.held for one in self._living())

    def look(self) -> None:
        """Settles what those left that died; does nothing where the last look was just now."""
        now = time.monotonic()
        if now - self._looked < self._lease / 12:
            return
        if now - self._looked > self._lease / 2:  # we were frozen ourselves, or the store was away
            self._seen.clear()
        self._seats.settle_left()
        living = self._living()
        self._looked = time.monotonic()
        before, self._seen = self._seen, {}
        for one in living:
            known, since = before.get(one.id, (one, self._looked))
            same = (known.epoch, known.heartbeat) == (one.epoch, one.heartbeat)
            self._seen[one.id] = (one, since if same else self._looked)
        silent = [one for one, since in self._seen.values() if self._looked - since >= self._lease]
        if silent:
            self._seats.settle_silent(silent)

    def _living(self) -> list[WorkerRecord]:
        workers = self._store.workers(self._worker.campaign_id)
        return [one for one in workers if one.id != self._worker.id and not one.lost]

"""Where the workers of a campaign on this machine keep their journals, and what those left that died."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable

from ...store import CampaignRecord, LeasedRecipient, Settled, Store, Worker, WorkerRecord
from .recovery import Recovered, recover
from .run_lock import AlreadyRunning, RunLock, campaign_files, seats_beside
from .verdicts import VerdictRules, in_doubt


class Seats:
    """One for each worker: a locked file and a journal, named after the epoch with which it joined."""

    def __init__(
        self,
        store: Store,
        record: CampaignRecord,
        rules: VerdictRules,
        message_id_of: Callable[[int], str],
        clock: Callable[[], float],
    ) -> None:
        self._store, self._record = store, record
        self._rules, self._message_id_of, self._clock = rules, message_id_of, clock
        self._base = campaign_files(store.identity, record.id, record.name)

    def take(self, worker: Worker) -> RunLock:
        """The place of a worker that has just joined."""
        return self._open(worker.epoch)

    def settle_left(self) -> Recovered:
        """What the journals of dead workers prove; a journal whose process lives is left alone."""
        recovered = Recovered()
        for seat in self._found():
            recovered += self._settle_seat(seat)
        return recovered

    def settle_silent(self, silent: list[WorkerRecord]) -> None:
        """What workers held that gave no sign of life: by the journal where it is here and nobody writes to it, else
        nobody can tell. What was declared for such a case happens; with `hold` the journal is still waited for."""
        for worker in silent:
            self._settle_seat(worker.joined)
        names = {worker.id: worker.owner for worker in silent}
        for taken in self._store.take_over(self._record.id, this_process(), self._clock(), only=silent):
            rows = [self._in_doubt(one, names[taken.id]) for one in self._store.in_flight(taken)]
            if rows and self._rules.in_doubt == "hold":
                self._store.doubt(taken, rows)
            else:
                self._store.settle(taken, rows)
                self._store.leave(taken)

    def _in_doubt(self, one: LeasedRecipient, owner: str) -> Settled:
        message_id = one.message_id or self._message_id_of(one.row)
        return in_doubt(self._rules, one, "", message_id, self._clock())._replace(
            detail=f"worker {owner} fell silent with it: the letter may have arrived; its journal may still tell"
        )

    def _settle_seat(self, seat: int) -> Recovered:
        if seat not in self._found():
            return Recovered()
        try:
            lock = self._open(seat)
        except AlreadyRunning:
            return Recovered()
        try:
            now = self._clock()
            known = [one for one in self._store.workers(self._record.id) if one.joined == seat]
            taken = self._store.take_over(self._record.id, this_process(), now, only=known)
            if known and not taken:
                return Recovered()  # somebody else is at it
            return recover(self._store, taken, lock, self._rules, self._message_id_of, now)
        finally:
            lock.release()

    def _open(self, seat: int) -> RunLock:
        return RunLock(self._store.identity, self._record.id, self._record.name, seat=seat)

    def _found(self) -> list[int]:
        return sorted(seats_beside(self._base))


def this_process() -> str:
    """Who a worker is, for people."""
    return f"{socket.gethostname()}:{os.getpid()}"

"""A run as one of several workers, on this machine and on others, which come and go."""

from __future__ import annotations

import logging

from ...store import StaleRun, Worker
from .lanes import RunLane
from .others import Others
from .recovery import Recovered
from .run import CampaignRun
from .run_lock import AlreadyRunning, RunLock
from .run_state import RunEnd
from .seats import this_process

_log = logging.getLogger(__name__)


class WorkerRun(CampaignRun):
    """Sends what others do not, and settles what those left that died. It ends when nothing is left to do for anybody;
    where it is told to end before, it leaves, and the last one that leaves writes down that the campaign pauses."""

    _worker: Worker | None = None

    def _lock(self) -> RunLock:
        self._from = (self._record.state, "running")
        return RunLock(self._store.identity, self._record.id, self._record.name, shared=True)

    def _recover(self, lock: RunLock) -> Recovered:
        on_one_machine = "://" not in self._store.identity
        recovered = super()._recover(lock) if lock.alone and on_one_machine else self._seats.settle_left()
        lock.share()
        return recovered

    def _work(self, lock: RunLock) -> tuple[RunEnd, list[RunLane]]:
        while True:
            try:
                return self._work_once()
            except (StaleRun, AlreadyRunning) as error:  # the latter where our seat looked left for a moment
                if not self._home.here:
                    raise
                _log.warning("this worker was silent for too long and was taken over (%s); it joins anew", error)
            self._seats.settle_left()  # what we did until then stands there

    def _work_once(self) -> tuple[RunEnd, list[RunLane]]:
        worker = self._worker = self._store.join(self._record.id, this_process(), self._options.clock())
        seat = self._seats.take(worker)
        try:
            self._others = Others(self._store, worker, self._seats, self._options.lease)
            seat.write_down([account.name for account, _ in self._senders], self._store.fact("uid"))
            ending, lanes = self._send(seat, worker)
            self._store.leave(worker)
            return ending, lanes
        finally:
            seat.journal.close()
            seat.release()

    def _conclude(self, ending: RunEnd) -> RunEnd:
        if not ending.everybody and self._others_go_on():
            return ending
        return super()._conclude(ending)

    def _break_off(self, why: str) -> None:
        if not self._others_go_on():
            super()._break_off(why)

    def _others_go_on(self) -> bool:
        own = None if self._worker is None else self._worker.id
        return any(one.id != own and not one.lost for one in self._store.workers(self._record.id))

"""When and through which account each recipient's letter goes, where its row says so."""

from __future__ import annotations

from collections.abc import Sequence

from ...store import LeasedRecipient, Settled, Status
from ..lists.row_json import read_rows
from ..lists.row_options import RowOptions, unix_time
from ..words import moment
from .lanes import LanePool, RunLane
from .ledger import Ledger

_AGAIN, _LONGEST = 1.0, 60.0  # seconds until an account that is busy is asked again; twice as long each time
_GONE = 900.0  # seconds until one that stopped is


class RowChoice:
    """Sorts leased recipients by account; those that are not to be sent now are put off."""

    def __init__(self, options: RowOptions, pool: LanePool, ledger: Ledger) -> None:
        self._account, self._send_at = options.columns.get("account"), options.columns.get("send_at")
        self._pool, self._ledger = pool, ledger
        self._lanes = {lane.account.name: lane for lane in pool.lanes}
        self._waits: dict[int, float] = {}  # by account: seconds until it is asked again
        self._turns: dict[int, float] = {}  # by account: when the next that is put off has its turn
        self.busy = False
        """Whether the last were put off because their account is busy."""

    def sorted(
        self, lane: RunLane, leased: Sequence[LeasedRecipient], now: float
    ) -> list[tuple[RunLane, list[LeasedRecipient]]]:
        """Whom to send to now, and through which account: `lane` for those whose row names none."""
        self.busy = False
        if self._account is None and self._send_at is None:
            return [(lane, list(leased))]
        chosen: dict[int, list[LeasedRecipient]] = {}
        rows = read_rows([one.fields for one in leased])
        for recipient, row in zip(leased, rows, strict=True):
            at = unix_time(row.get(self._send_at)) if self._send_at is not None else None
            if at is not None and at > now:
                self._put_off(recipient, at, f"to be sent at {moment(at, now)}")
                continue
            name = str(row.get(self._account) or "").strip() if self._account is not None else ""
            if not name or name == lane.account.name:
                chosen.setdefault(lane.index, []).append(recipient)
            elif name in self._lanes:
                chosen.setdefault(self._lanes[name].index, []).append(recipient)
            else:
                self._ledger.keep(
                    Settled(
                        recipient.row, Status.INVALID, "message_malformed", counts=False, at=now,
                        detail=f"column {self._account!r}: this run has no account {name!r}",
                    )
                )  # fmt: skip
        return [(self._pool.lanes[index], self._fitting(index, some, lane, now)) for index, some in chosen.items()]

    def _fitting(self, index: int, some: list[LeasedRecipient], lane: RunLane, now: float) -> list[LeasedRecipient]:
        """As many as the account takes now."""
        other = self._pool.lanes[index]
        if other is lane:
            return some
        room = self._pool.room(other, now) or 0
        if room:
            self._waits.pop(index, None)
            self._turns.pop(index, None)
        waiting = some[room:]
        if waiting:
            self.busy = True
            for recipient, until in zip(waiting, self._turns_of(other, len(waiting), now), strict=True):
                self._put_off(recipient, until, f"waits for account {other.account.name}")
        return some[:room]

    def _turns_of(self, lane: RunLane, count: int, now: float) -> list[float]:
        """When so many more recipients are tried that wait for an account: none before its limits may allow it."""
        if lane.gone:
            return [now + _GONE] * count
        free = self._pool.free(lane, now)
        if free <= now + _AGAIN:  # nobody knows when
            wait = self._waits.get(lane.index, _AGAIN)
            self._waits[lane.index] = min(_LONGEST, 2 * wait)
            free = now + wait
        step = max((window / most for most, window in lane.account.limits.windows), default=0.0)
        first = max(free, self._turns.get(lane.index, 0.0)) if step else free
        self._turns[lane.index] = first + count * step
        return [first + number * step for number in range(count)]

    def _put_off(self, recipient: LeasedRecipient, until: float, why: str) -> None:
        self._ledger.keep(Settled(recipient.row, Status.RETRYING, detail=why, next_at=until, counts=False))

"""When and through which account each recipient's letter goes, where its row says so."""

from __future__ import annotations

from collections.abc import Sequence

from ...store import LeasedRecipient, Settled, Status
from ..lists.row_json import read_rows
from ..lists.row_options import RowOptions, unix_time
from ..words import moment
from .lanes import LanePool, RunLane
from .ledger import Ledger

_AGAIN = 1.0  # seconds until an account that is busy is asked again
_GONE = 900.0  # seconds until one that stopped is


class RowChoice:
    """Sorts leased recipients by account; those that are not to be sent now are put off."""

    def __init__(self, options: RowOptions, pool: LanePool, ledger: Ledger) -> None:
        self._account, self._send_at = options.columns.get("account"), options.columns.get("send_at")
        self._pool, self._ledger = pool, ledger
        self._lanes = {lane.account.name: lane for lane in pool.lanes}
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
        for recipient in some[room:]:
            self.busy = True
            until = now + _GONE if other.gone else max(self._pool.free(other, now), now + _AGAIN)
            self._put_off(recipient, until, f"waits for account {other.account.name}")
        return some[:room]

    def _put_off(self, recipient: LeasedRecipient, until: float, why: str) -> None:
        self._ledger.keep(Settled(recipient.row, Status.RETRYING, detail=why, next_at=until, counts=False))

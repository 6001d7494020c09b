"""Letters on their way: handed to the engine with a ticket each, back as outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from ... import _core
from ...addresses import domain_of
from ...store import LeasedRecipient
from ..spec import CampaignSpec
from .lanes import LanePool, RunLane
from .render import Letters
from .tickets import pack

CHUNK = 250
MOST_OUTSTANDING = 4 * CHUNK
_GATHER = 0.01


class Sent(NamedTuple):
    """Whom a letter was for, and through which account."""

    recipient: LeasedRecipient
    lane: RunLane


class Dispatch:
    """What the engine has of this run."""

    def __init__(self, engine: _core.Engine, journal: _core.Journal, pool: LanePool, spec: CampaignSpec) -> None:
        self._engine, self._journal, self._spec = engine, journal, spec
        self.pool = pool
        self._queue = _core.OutcomeQueue()
        self._outstanding: dict[int, Sent] = {}
        self._leases = 0

    def __len__(self) -> int:
        return len(self._outstanding)

    @property
    def outstanding(self) -> Collection[int]:
        """The tickets that the engine has."""
        return self._outstanding.keys()

    def submit(self, lane: RunLane, letters: Letters) -> None:
        """Hands letters to the engine."""
        recipients = letters.recipients
        if not recipients:
            return
        self._leases += 1
        tickets = [pack(self._leases, lane.index, one.attempts, one.row) for one in recipients]
        self._outstanding.update(zip(tickets, map(Sent, recipients, repeat(lane)), strict=True))
        lane.outstanding += len(tickets)
        domain = domain_of(lane.mail_from)
        self._engine.submit_merge(
            lane.id, self._queue, self._journal, lane.program, lane.mail_from,
            tickets=tickets,
            to_address=[one.address for one in recipients],
            to_name=letters.to_name,
            message_id=[one.message_id or self._spec.message_id(one.row, domain) for one in recipients],
            letter_id=letters.letter_id,
            columns=letters.columns,
            attachments=letters.attachments,
        )  # fmt: skip

    @property
    def recipients(self) -> Mapping[int, LeasedRecipient]:
        """Whom the engine has letters for, by ticket."""
        return {ticket: sent.recipient for ticket, sent in self._outstanding.items()}

    def recall(self, tickets: Sequence[int]) -> None:
        """Of these letters, those that the engine has not begun come back as they were."""
        for ticket in tickets:
            self._engine.cancel(self._queue, ticket)

    def wait(self, seconds: float) -> bool:
        """Waits for outcomes. True where there are any."""
        if not self._queue.wait(seconds):
            return False
        if len(self) > 2 * CHUNK:  # the engine has work for longer: many at once cost less
            self._queue.wait(_GATHER, CHUNK)
        return True

    def take(self) -> tuple[_core.Batch, list[Sent]]:
        """The outcomes that are there, with the recipient of each."""
        batch = self._queue.drain()
        sent = [self._outstanding.pop(ticket) for ticket in batch["ticket"]]
        for index, count in Counter([one.lane.index for one in sent]).items():
            self.pool.lanes[index].outstanding -= count
        return batch, sent

    def cancel(self) -> None:
        """What the engine has not begun comes back as it was."""
        self._engine.cancel(self._queue)

    @property
    def error(self) -> str:
        """Why the journal cannot be written; "" where it can."""
        return self._journal.error

"""What came of letters: into the ledger, to the accounts that they went through, and to the campaign as a whole."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from itertools import repeat
from typing import Any, cast

from ... import _core
from ...addresses import domain_of
from ...store import Status
from .dispatch import Sent
from .lanes import LanePool
from .ledger import Ledger
from .providers import Providers
from .verdicts import VerdictRules, from_failure, of_accepted, suppresses

_WINDOW, _WINDOW_BAD = 50, 20
_MOST_BREAKS = 3


class Outcomes:
    """Takes outcomes. `objection`: why the campaign should stop, or ""."""

    def __init__(self, rules: VerdictRules, ledger: Ledger, pool: LanePool, providers: Providers) -> None:
        self._rules, self._ledger, self._pool = rules, ledger, pool
        self._brake, self._shaper = providers.brake, providers.shaper
        self._recent: deque[bool] = deque(maxlen=_WINDOW)  # True: it speaks against all letters of the campaign
        self._breaks: dict[int, int] = {}
        self.objection = ""

    def take(self, batch: _core.Batch, sent: Sequence[Sent], now: float) -> bool:
        """True where an account stopped: what it has not begun has to come back."""
        self._tell_watches(batch, sent)
        accepted = [i for i, failure in enumerate(batch["failure"]) if failure is None]
        if accepted:
            recipients = [sent[i].recipient for i in accepted]
            accounts = [sent[i].lane.account.name for i in accepted]
            self._ledger.keep_accepted(of_accepted(self._rules, recipients, batch, accepted, accounts))
            for domain, count in Counter(domain_of(one.address) for one in recipients).items():
                self._brake.accepted(domain, count)
            for index, domain in {(sent[i].lane.index, domain_of(sent[i].recipient.address)) for i in accepted}:
                self._shaper.accepted(index, domain)
        # Before the failures: an account that has sent something gets more patience.
        for index, count in Counter([sent[i].lane.index for i in accepted]).items():
            self._pool.succeeded(self._pool.lanes[index], count)
        stopped = False
        if len(accepted) < len(sent):
            stopped = self._take_failures(batch, sent, now)
        else:
            self._recent.extend(repeat(False, min(len(accepted), _WINDOW)))
        self._suppress(self._brake.confirmed())
        return stopped

    def end(self) -> None:
        """The run is over: what was to be seen of refusals has been seen."""
        self._suppress(self._brake.confirmed(at_the_end=True))
        if self._brake.withheld:
            addresses = [address for address, _ in self._brake.withheld]
            again = self._ledger.refused_on_another_day(addresses)
            self._suppress([one for one in self._brake.withheld if one[0] in again])

    def _suppress(self, confirmed: Sequence[tuple[str, str]]) -> None:
        for address, category in confirmed:
            self._ledger.suppress(address, category)

    def _tell_watches(self, batch: _core.Batch, sent: Sequence[Sent]) -> None:
        """Accounts of the accounts file keep their state and log."""
        for lane in self._pool.lanes:
            if lane.account._watch is not None:
                rows = [i for i, one in enumerate(sent) if one.lane is lane]
                if rows:
                    lane.account._watch.note(_rows(batch, rows))

    def _take_failures(self, batch: _core.Batch, sent: Sequence[Sent], now: float) -> bool:
        gave_back: dict[int, tuple[_core.RawFailure, float | None]] = {}  # by account, with the end of a pause
        stopped = False
        for i, failure in enumerate(batch["failure"]):
            if failure is None:
                self._recent.append(False)
                continue
            recipient, lane = sent[i]
            if batch["untouched"][i] and self._breaks_connections(recipient.row, failure):
                batch["untouched"][i] = False
            settled, attempt = from_failure(self._rules, recipient, failure, batch, i, lane.account.name, now)
            if failure.phase == "local" and failure.category == "connection_lost":  # cancelled by us
                self._ledger.keep(settled)
            elif batch["untouched"][i]:  # one row of history for a connection that failed
                self._ledger.keep(settled, None if lane.index in gave_back else attempt)
                gave_back.setdefault(lane.index, (failure, batch["paused_until"][i]))
            else:
                domain, named = domain_of(recipient.address), self._rules.retry._named_wait(failure)
                of_domain = self._shaper.is_of_domain(lane.index, domain, failure, now, named)
                if of_domain:
                    settled = self._shaper.put_off(settled, domain, now)
                self._ledger.keep(settled, None if failure.phase == "local" else attempt)
                if settled.status is Status.REFUSED:
                    self._judge_refusal(recipient.address, domain, failure, settled.at)
                self._judge_campaign(failure)
                if not of_domain:
                    stopped |= self._pool.failed(lane, failure, now, batch["paused_until"][i])
        for index, (failure, until) in gave_back.items():
            self._pool.gave_back(self._pool.lanes[index], failure, now, until)
        return stopped

    def _breaks_connections(self, row: int, failure: _core.RawFailure) -> bool:
        """Whether connections broke over this letter again and again: then it was tried, whatever was answered."""
        if failure.category != "connection_lost" or failure.phase not in ("mail", "rcpt", "data", "final"):
            return False
        self._breaks[row] = self._breaks.get(row, 0) + 1
        return self._breaks[row] >= _MOST_BREAKS

    def _judge_refusal(self, address: str, domain: str, failure: _core.RawFailure, at: float) -> None:
        self._brake.refused(domain, at)
        if suppresses(failure):
            self._brake.suppress(address, domain, failure.category)
        if not self.objection and (why := self._brake.objection()):
            self.objection = f"{why}, the last with {failure.describe()}"

    def _judge_campaign(self, failure: _core.RawFailure) -> None:
        """Objects before a whole list is burnt on a letter, domain or address that servers object to."""
        self._recent.append(failure.pause != "none" and failure.permanence == "permanent")
        bad = sum(self._recent)
        if bad >= _WINDOW_BAD and not self.objection:
            self.objection = f"{bad} of the last {len(self._recent)} letters: {failure.describe()}"


def _rows(batch: _core.Batch, rows: Sequence[int]) -> _core.Batch:
    """Some rows of a batch."""
    columns = cast(dict[str, list[Any]], batch)
    return cast("_core.Batch", {name: [column[i] for i in rows] for name, column in columns.items()})

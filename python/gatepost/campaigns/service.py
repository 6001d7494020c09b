"""A worker of a store: it helps every campaign that runs, and waits for the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import GatepostError
from ..store import CampaignRecord, Store, StoreError, open_store
from .campaign import Campaign
from .report import CampaignReport
from .run.run_lock import has_dead_seat
from .run.run_state import LEASE, RunControl

if TYPE_CHECKING:
    from ..accounts import Account

_LOOK = 2.0  # seconds between looks for campaigns
_AGAIN = 60.0  # seconds after which one whose run failed is tried again

Accounts = Callable[[Campaign], Sequence["Account | str"]]
Say = Callable[[str], None]


class Service:
    """Works on all running campaigns of a store at a time, each in a thread and over a connection of its own."""

    def __init__(self, store: str, accounts: Accounts, say: Say, lease: float = LEASE) -> None:
        """`accounts`: what to send a campaign with; `say`: told of what begins and ends, a line each."""
        self._url, self._accounts, self._say, self._lease = store, accounts, say, lease
        self._stopped = threading.Event()
        self._controls: dict[str, RunControl] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._not_before: dict[str, float] = {}

    def stop(self, why: str) -> None:
        """What has begun ends, nothing else begins; for a signal handler too."""
        self._stopped.set()
        for control in list(self._controls.values()):
            control.stop("paused", why)

    def run(self) -> None:
        """Until `stop`. StoreError where the store cannot be opened."""
        store = open_store(self._url)
        try:
            while not self._stopped.is_set():
                self._look({record.name for record in store.campaigns() if _is_ours(store, record)})
                self._stopped.wait(_LOOK)
        finally:
            self.stop("the worker ends")
            for thread in self._threads.values():
                thread.join()
            store.close()

    def _look(self, running: set[str]) -> None:
        for name, thread in list(self._threads.items()):
            if not thread.is_alive():
                del self._threads[name]
        for name in running - self._threads.keys():
            if time.monotonic() >= self._not_before.get(name, 0.0):
                self._threads[name] = threading.Thread(target=self._work, args=(name,), name=f"gatepost {name}")
                self._threads[name].start()

    def _work(self, name: str) -> None:
        self._say(f"campaign {name}: this worker joins")
        try:
            report = self._send(name)
        except (GatepostError, OSError) as error:
            self._not_before[name] = time.monotonic() + _AGAIN
            self._say(f"campaign {name}: {error}")
        else:
            if not report.ok:
                self._not_before[name] = time.monotonic() + _AGAIN
            self._say(
                f"campaign {name}: {report.state}, {report.sent:,} accepted through this worker. {report.why}".rstrip()
            )

    def _send(self, name: str) -> CampaignReport:
        with Campaign.open(name, store=self._url, accounts=[]) as campaign:
            accounts = self._accounts(campaign)
        with Campaign.open(name, store=self._url, accounts=accounts) as campaign, campaign._asked_for() as control:
            self._controls[name] = control
            try:
                if self._stopped.is_set():
                    control.stop("paused", "the worker ends")
                return campaign._run(control, False, lease=self._lease, after=("running", "done"))
            finally:
                del self._controls[name]


def _is_ours(store: Store, record: CampaignRecord) -> bool:
    """It runs, or it ended without what a worker of this machine knows."""
    return record.state == "running" or (
        record.state == "done" and has_dead_seat(store.identity, record.id, record.name)
    )


def accounts_of_the_file(campaign: Campaign) -> list[str]:
    """The accounts with which a campaign was made, by their names in the accounts file. StoreError without them."""
    from ..accounts import AccountsFile

    known = AccountsFile()
    missing = [name for name in campaign.account_names if name not in known]
    if missing:
        raise StoreError(
            f"the accounts file has no {', '.join(missing)}: add it there, or give all accounts to the worker"
        )
    return campaign.account_names

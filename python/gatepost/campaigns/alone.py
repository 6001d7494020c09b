"""The lock of a campaign for those who change what it is made of: no run may be at work, here or elsewhere."""

from __future__ import annotations

from ..store import CampaignRecord, Store
from .run.run_lock import AlreadyRunning, RunLock


def lock_alone(store: Store, record: CampaignRecord) -> RunLock:
    """Nobody runs it as long as it is held. AlreadyRunning where a run or a worker is at work."""
    lock = RunLock(store.identity, record.id, record.name)
    if "://" in store.identity and (alive := [one for one in store.workers(record.id) if not one.lost]):
        lock.release()  # it does not reach other machines
        raise AlreadyRunning(f"campaign {record.name!r} is running already, on {alive[0].owner}; pause it first")
    return lock

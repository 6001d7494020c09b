"""When a stored campaign may make way for another of its name: as long as nothing of it has gone out."""

from __future__ import annotations

from collections.abc import Sequence

from ..store import CampaignRecord, Status, Store, StoreError
from .run.run_lock import RunLock


def why_kept(store: Store, record: CampaignRecord) -> str:
    """Why a campaign stays, in words; "" where no server was asked to take a letter of it."""
    if store.counts(record.id)[Status.SENDING]:
        return "letters of it are under way, or were when a run broke off"
    if store.results(record.id, ["attempts"])["attempts"].sum():
        return "letters of it went out, or servers refused them"
    return ""


def another(store: Store, record: CampaignRecord, differences: Sequence[str]) -> StoreError:
    """What to say where a campaign is made that is not the stored one of this name."""
    why = why_kept(store, record)
    end = f"; replace=True cannot rebuild it: {why}" if why else ", or give replace=True: nothing of it has gone out"
    return StoreError(
        f"store {store.url} has another campaign {record.name!r}: it differs in {', '.join(differences)}. To go on "
        f"with the stored one use Campaign.open({record.name!r}, store=...), else choose another name{end}"
    )


def remove(store: Store, record: CampaignRecord) -> None:
    """Deletes a campaign and what a run left beside the store. StoreError where it runs or has to stay."""
    lock = RunLock(store.identity, record.id, record.name)
    try:
        store.delete_campaign(record.id)
        lock.journal.unlink(missing_ok=True)
    finally:
        lock.release()

"""The campaigns of a store: which there are, another name for one, and an end to one."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ..history.times import as_datetime, zone_named
from ..store import CampaignRecord, Status, Store, StoreError
from .alone import lock_alone
from .campaign_id import campaign_id_of
from .run.run_lock import RunLock
from .spec import read_spec

_LEFT = (Status.QUEUED, Status.RETRYING, Status.SENDING)


def listing(store: Store) -> pl.DataFrame:
    """One row for each campaign, oldest first: name, state, created, subject, rows, accepted, left."""
    rows = []
    for record in store.campaigns():
        counts = store.counts(record.id)
        subject = record.spec.get("template", {}).get("subject", "")
        left = sum(counts[status] for status in _LEFT)
        accepted = counts[Status.ACCEPTED]
        rows.append((record.name, record.state, record.created, subject, sum(counts.values()), accepted, left))
    schema = {"name": pl.String, "state": pl.String, "created": pl.Float64, "subject": pl.String, "rows": pl.Int64,
              "accepted": pl.Int64, "left": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema, orient="row").with_columns(as_datetime("created", zone_named(None)))


def delete(store: Store, record: CampaignRecord, *, begun: bool) -> None:
    """Removes a campaign and what a run left beside the store. StoreError where letters of it went out, unless `begun`,
    and where it runs or broke off."""
    lock = _settled(store, record)
    try:
        store.delete_campaign(record.id, begun=begun)
        lock.journal.remove()
    finally:
        lock.release()


def rename(store: Store, record: CampaignRecord, name: str) -> CampaignRecord:
    """The same campaign under another name, by which its X-Campaign-Id goes too, unless the caller chose that."""
    lock = _settled(store, record)
    try:
        if store.workers(record.id):
            raise StoreError(
                f"campaign {record.name!r} has workers, at work or silent, whose journals bear its name; it keeps it "
                "until they have left"
            )
        store.rename_campaign(record.id, name)
        spec = read_spec(record.spec, store.blob)
        if spec.campaign_id == campaign_id_of(record.name):
            spec = replace(spec, campaign_id=campaign_id_of(name))
            store.set_spec(record.id, spec.to_json(), spec.blobs())
    finally:
        lock.release()
    found = store.campaign(name)
    if found is None:
        raise StoreError(f"campaign {name!r} was deleted while it was being renamed")
    return found


def _settled(store: Store, record: CampaignRecord) -> RunLock:
    """The lock of a campaign that has nothing in flight."""
    lock = lock_alone(store, record)
    if store.counts(record.id)[Status.SENDING]:
        lock.release()
        raise StoreError(
            f"campaign {record.name!r}: a run broke off and left letters under way; run it again, which settles them"
        )
    return lock

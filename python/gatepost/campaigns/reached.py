"""Who got a letter of another campaign of the same store a short time ago."""

from __future__ import annotations

import polars as pl

from ..store import Status, Store
from .check_facts import RowFinding
from .lists.addresses import address_key
from .words import moment


def reached_before(store: Store, campaign_id: int, name: str, since: float) -> list[RowFinding]:
    """Recipients that are to get a letter and got one of another campaign at `since` (Unix seconds) or later."""
    sent = store.attempts(since=since, status="accepted", columns=["at", "recipient", "campaign"])
    sent = sent.filter((pl.col("campaign") != name) & (pl.col("campaign") != ""))
    latest = {address_key(address): (at, campaign) for at, address, campaign in sent.iter_rows()}  # in order of time
    if not latest:
        return []
    waiting = store.results(campaign_id, ["line", "email", "address"], [Status.QUEUED, Status.RETRYING])
    found = []
    for row, email, address in waiting.iter_rows():
        if (before := latest.get(address_key(address))) is not None:
            found.append(RowFinding(row, email, f"got {before[1]!r} at {moment(before[0])}"))
    return found

"""What became of each recipient, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ..history.times import as_datetime, zone_named
from ..store import Status, Store
from .lists.row_json import has_types, without_types


def outcome_rows(
    store: Store, campaign_id: int, columns: Sequence[str] | None = None, statuses: Sequence[Status] = tuple(Status)
) -> pl.DataFrame:
    """One row per recipient with one of these states, in list order; times are of this machine's zone."""
    zone = zone_named(None)
    found = store.results(campaign_id, columns, statuses)
    shown = [as_datetime(column, zone) for column in found.columns if column in ("first_at", "last_at", "next_at")]
    fields = pl.col("fields")
    if "fields" in found.columns and found.select(has_types(fields).any()).item():  # most lists need no copy
        shown.append(without_types(fields))
    return found.with_columns(shown)

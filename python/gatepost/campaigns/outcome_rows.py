"""What became of each recipient, as a table for people."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ..history.times import as_datetime, zone_named
from ..store import Status, Store
from ..store.columns import RESULTS
from .lists.row_json import has_types, without_types


def outcome_rows(
    store: Store, campaign_id: int, columns: Sequence[str] | None = None, statuses: Sequence[Status] = tuple(Status)
) -> pl.DataFrame:
    """One row per recipient with one of these states, in the order of the list as it was given last, in which `row` is
    its place (null: it is not in there); times are of this machine's zone."""
    zone = zone_named(None)
    wanted = list(RESULTS if columns is None else columns)
    stored = dict.fromkeys(["line", *("line" if name == "row" else name for name in wanted)])
    found = store.results(campaign_id, list(stored), statuses).rename({"line": "row"})
    if not found["row"].is_sorted(nulls_last=True):
        found = found.sort("row", nulls_last=True, maintain_order=True)
    found = found.select(wanted)
    shown = [as_datetime(column, zone) for column in found.columns if column in ("first_at", "last_at", "next_at")]
    fields = pl.col("fields")
    if "fields" in found.columns and found.select(has_types(fields).any()).item():  # most lists need no copy
        shown.append(without_types(fields))
    return found.with_columns(shown)

"""The columns of what a store returns, with their types; the same for every database."""

from collections.abc import Mapping, Sequence

import polars as pl

Columns = Mapping[str, type[pl.DataType]]

RESULTS: Columns = {
    "row": pl.Int64,
    "email": pl.String,
    "address": pl.String,
    "status": pl.String,
    "category": pl.String,
    "code": pl.Int32,
    "enhanced": pl.String,
    "reply": pl.String,
    "attempts": pl.Int32,
    "account": pl.String,
    "queue_id": pl.String,
    "message_id": pl.String,
    "first_at": pl.Float64,
    "last_at": pl.Float64,
    "next_at": pl.Float64,
    "detail": pl.String,
    "fields": pl.String,
}

PLACE: Columns = {"line": pl.Int64}
"""What results have besides, where it is asked for."""

ATTEMPTS: Columns = {
    "at": pl.Float64,
    "seconds": pl.Float64,
    "account": pl.String,
    "recipient": pl.String,
    "domain": pl.String,
    "status": pl.String,
    "phase": pl.String,
    "category": pl.String,
    "code": pl.Int32,
    "enhanced": pl.String,
    "reply": pl.String,
    "queue_id": pl.String,
    "message_id": pl.String,
    "bytes": pl.Int64,
    "campaign": pl.String,
    "row": pl.Int64,
}

EVENTS: Columns = {
    "key": pl.String,
    "at": pl.Float64,
    "kind": pl.String,
    "recipient": pl.String,
    "message_id": pl.String,
    "campaign": pl.String,
    "row": pl.Int64,
    "account": pl.String,
    "category": pl.String,
    "code": pl.Int32,
    "enhanced": pl.String,
    "reply": pl.String,
    "detail": pl.String,
}

SUPPRESSIONS: Columns = {"address": pl.String, "reason": pl.String, "at": pl.Float64}


def pick(columns: Columns, names: Sequence[str] | None) -> Columns:
    """Those of `columns` that are named, in the order of the names; all for None. ValueError for others."""
    if names is None:
        return columns
    if unknown := [name for name in names if name not in columns]:
        raise ValueError(f"no column {', '.join(map(repr, unknown))}; there are {', '.join(columns)}")
    return {name: columns[name] for name in names}

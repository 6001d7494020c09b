"""Counts, rates and delays by any grouping."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from .. import _core, arguments
from .attempt_filter import STATUSES

GROUPINGS = ("day", "hour", "domain", "account", "campaign", "category", "code", "provider", "status", "phase")
_NEEDS = {"day": "at", "hour": "at", "provider": "domain"}
_BY_TIME = ("day", "hour")


def groupings(by: str | Sequence[str]) -> list[str]:
    """`by` as a list. InputError lists the choices where a name is not one of them."""
    return list(dict.fromkeys(arguments.some_of(*GROUPINGS)("by", by)))


def columns_for(by: Sequence[str]) -> list[str]:
    """The columns of attempts that `stats` needs for these groupings."""
    return list(dict.fromkeys(["status", "seconds", *(_NEEDS.get(name, name) for name in by)]))


def stats(attempts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """One row per group, groups in order of time, then the largest first.

    attempts, accepted, refused, retrying, unknown: counts. acceptance: accepted / (accepted + refused + unknown), that
    is of the attempts that were not put off; null where there were none. median_seconds, p95_seconds: from hand-over
    to the server's verdict.
    """
    counts = [(pl.col("status") == status).sum().cast(pl.Int64).alias(status) for status in STATUSES]
    if "status" in by:
        counts = []
    settled = pl.col("status") != "retrying"
    figures = [
        pl.len().cast(pl.Int64).alias("attempts"),
        *counts,
        ((pl.col("status") == "accepted").sum() / _positive(settled.sum())).alias("acceptance"),
        pl.col("seconds").median().alias("median_seconds"),
        pl.col("seconds").quantile(0.95, "linear").alias("p95_seconds"),
    ]
    keyed = attempts.with_columns(_key(name, attempts) for name in by)
    if not by:
        return keyed.select(figures)
    order = [*(name for name in by if name in _BY_TIME), "attempts", *(name for name in by if name not in _BY_TIME)]
    grouped = keyed.group_by(by).agg(figures)
    return grouped.sort(order, descending=[column == "attempts" for column in order])


def _key(name: str, attempts: pl.DataFrame) -> pl.Expr:
    if name == "day":
        return pl.col("at").dt.date().alias("day")
    if name == "hour":
        return pl.col("at").dt.truncate("1h").alias("hour")
    if name == "provider":
        providers = {domain: _core.provider_of_host(domain) or "other" for domain in attempts["domain"].unique()}
        return pl.col("domain").replace_strict(providers, return_dtype=pl.String, default="other").alias("provider")
    return pl.col(name)


def _positive(count: pl.Expr) -> pl.Expr:
    return pl.when(count > 0).then(count)

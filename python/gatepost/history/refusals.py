"""Refusals with what they mean and what to do about them."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from .. import _core


@lru_cache(maxsize=256)
def advice(category: str) -> dict[str, str]:
    """permanence, actor, cause and remedy of a category; all "" for one that this version does not know."""
    try:
        known = _core.category_info(category)
    except ValueError:
        known = {}
    return {name: str(known.get(name, "")) for name in ("permanence", "actor", "cause", "remedy")}


def with_advice(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the columns cause and remedy of its `category`."""
    categories = frame["category"].unique().to_list()
    return frame.with_columns(
        pl.col("category")
        .replace_strict({category: advice(category)[name] for category in categories}, return_dtype=pl.String)
        .alias(name)
        for name in ("cause", "remedy")
    )

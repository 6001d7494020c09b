"""Refusals with what they mean and what to do about them."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from .. import _core

_WORDS = ("cause", "remedy")


@lru_cache(maxsize=256)
def advice(category: str) -> dict[str, str]:
    """permanence, actor, cause, remedy, local_cause and local_remedy (where no server was asked) of a category; all ""
    for one that this version does not know."""
    try:
        known = _core.category_info(category)
    except ValueError:
        known = {}
    return {
        name: str(known.get(name, ""))
        for name in ("permanence", "actor", *_WORDS, *(f"local_{name}" for name in _WORDS))
    }


def with_advice(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the columns cause and remedy of its `category` and `phase`."""
    categories = frame["category"].unique().to_list()

    def words(name: str) -> pl.Expr:
        known = {category: advice(category)[name] for category in categories}
        return pl.col("category").replace_strict(known, return_dtype=pl.String)

    local = pl.col("phase") == "local"
    return frame.with_columns(
        pl.when(local).then(words(f"local_{name}")).otherwise(words(name)).alias(name) for name in _WORDS
    )

"""Refusals with what they mean and what to do about them."""

from __future__ import annotations

import polars as pl

from .. import _core
from ..codes import category_words
from ..language import language

_WORDS = ("cause", "remedy")


def advice(category: str) -> dict[str, str]:
    """permanence, actor, cause, remedy, local_cause and local_remedy (where no server was asked) of a category; all ""
    for one that this version does not know."""
    try:
        usual = _core.category_info(category)["permanence"]
        words = category_words(category, "final", usual, language())
        local = category_words(category, "local", usual, language())
    except ValueError:
        return dict.fromkeys(("permanence", "actor", *_WORDS, *(f"local_{name}" for name in _WORDS)), "")
    here = {f"local_{name}": local[name] for name in _WORDS}
    return {"permanence": usual, **{name: words[name] for name in ("actor", *_WORDS)}, **here}


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

"""A server's reply as one line."""

import polars as pl


def whole_reply() -> pl.Expr:
    """Code, enhanced code and text of the columns code, enhanced and reply; nothing stands in it twice."""
    code = pl.col("code").cast(pl.String)
    enhanced = pl.when(~pl.col("reply").str.starts_with(pl.col("enhanced"))).then(pl.col("enhanced"))
    parts = (pl.when(pl.col("code") > 0).then(code), enhanced, pl.col("reply"))
    composed = pl.concat_str(*(pl.when(part != "").then(part) for part in parts), separator=" ", ignore_nulls=True)
    return pl.when((pl.col("code") > 0) & pl.col("reply").str.starts_with(code)).then("reply").otherwise(composed)

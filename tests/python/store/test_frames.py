"""Rows become frames a chunk at a time, whatever stands in them."""

from __future__ import annotations

import polars as pl

from gatepost.store.columns import Columns
from gatepost.store.frames import frame_of

COLUMNS: Columns = {"row": pl.Int64, "email": pl.String, "address": pl.String, "code": pl.Int32, "at": pl.Float64}


def test_a_column_that_equals_the_one_before_has_its_own_name_and_kind() -> None:
    rows = [(1, "a@x.ru", "a@x.ru", 1, 1.0), (2, "b@x.ru", "b@x.ru", 1, 1.0)]
    frame = frame_of([rows, [(3, "<c@x.ru>", "c@x.ru", 3, None)]], COLUMNS)
    assert frame.schema == pl.Schema(COLUMNS)
    assert frame.rows() == [*rows, (3, "<c@x.ru>", "c@x.ru", 3, None)]


def test_no_rows_are_a_frame_with_all_columns() -> None:
    assert frame_of([], COLUMNS).schema == pl.Schema(COLUMNS)

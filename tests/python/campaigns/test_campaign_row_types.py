"""Values of a list keep their types on the way through the ledger."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import numpy as np
import pandas as pd
import polars as pl
import pytest
from fake_engine import Server
from hypothesis import given
from hypothesis import strategies as st

import gatepost as gp
from gatepost.campaigns import Campaign, Template
from gatepost.campaigns.lists.list_row import plain
from gatepost.campaigns.lists.row_json import as_json, read_rows

Make = Callable[..., Campaign]

DAY = dt.date(2026, 10, 5)
SOURCE = "{{ d }} {{ d.strftime('%d.%m.%Y') }} {{ t }} {{ t.hour }} {{ n }} {{ n * 2 }} {{ '%.2f'|format(n) }}"
ROW = {"email": "a@example.com", "d": DAY, "t": dt.datetime(2026, 10, 5, 7, 8), "n": decimal.Decimal("1.50")}
EXPECTED = jinja2.Template(SOURCE).render(ROW)


@pytest.mark.parametrize(
    "people",
    [[ROW], pl.DataFrame([ROW]), pd.DataFrame([ROW]), pl.DataFrame([ROW]).to_arrow()],
    ids=["mappings", "polars", "pandas", "arrow"],
)
def test_dates_and_decimals_render_as_in_jinja2(server: Server, make: Make, people: Any) -> None:
    make(template=Template(subject="x", text=SOURCE), recipients=people).run()
    assert server.delivered[0].text == EXPECTED


def test_dates_and_decimals_render_as_in_jinja2_after_the_campaign_was_opened_again(
    server: Server, make: Make, store_path: str
) -> None:
    first = make(template=Template(subject="x", text=SOURCE), recipients=[ROW])
    assert first.check(previews=1).previews[0].text.strip() == EXPECTED
    first.close()
    Campaign.open("october", store=store_path, accounts=first.accounts).run()
    assert server.delivered[0].text == EXPECTED
    again = make(template=Template(subject="x", text=SOURCE), recipients=[ROW])  # the same list
    assert json.loads(next(iter(again.results()))["fields"])["d"] == "2026-10-05"


zones = st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=3)), ZoneInfo("Europe/Berlin")])
moments = st.builds(
    lambda at, zone, fold: at.replace(tzinfo=zone, fold=fold if zone is not None else 0),
    st.datetimes(dt.datetime(1900, 1, 1)), zones, st.integers(0, 1),
)  # fmt: skip


@given(st.one_of(st.dates(), moments, st.times(), st.decimals(allow_nan=False)))
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    [row] = read_rows([as_json({"a": plain(value), "b": [plain({"c": value})]})])
    for found in (row["a"], row["b"][0]["c"]):
        assert (type(found), str(found)) == (type(value), str(value))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (pd.Timestamp("2026-01-01 10:00", tz="Europe/Moscow"), "2026-01-01 10:00:00+03:00"),
        (np.datetime64("2026-01-01T10:00:00", "ns"), "2026-01-01 10:00:00"),
        (np.datetime64("2026-01-01"), "2026-01-01"),
        (pd.NaT, "None"),
        (np.datetime64("NaT", "ns"), "None"),
        (decimal.Decimal("NaN"), "None"),
        (dt.timedelta(1), "1 day, 0:00:00"),
    ],
)
def test_values_of_pandas_and_numpy_become_pythons_own(value: Any, expected: str) -> None:
    [row] = read_rows([as_json({"a": plain(value)})])
    assert str(row["a"]) == expected


@pytest.mark.parametrize(
    "value", [{"gatepost:date": "x"}, {"gatepost:date": 1}, {"gatepost:datetime": "2026-01-01[x]"}]
)
def test_an_object_of_the_list_that_looks_like_a_typed_value_and_is_none_stays_as_it_is(value: dict[str, Any]) -> None:
    assert read_rows([as_json({"a": value})]) == [{"a": value}]


def test_half_a_surrogate_pair_names_row_and_column(make: Make) -> None:
    people = [{"email": "a@example.com", "n": "x"}, {"email": "b@example.com", "n": "\ud800"}]
    with pytest.raises(gp.InputError, match="row 2, column 'n': an unpaired surrogate"):
        make(recipients=people, template=Template(subject="x", text="x"))

"""Lists of strangers: what is nested, numbered or wide beyond measure is named by row and column, in bounded time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from gatepost.campaigns.lists.list_row import ListRow, fields_json
from gatepost.campaigns.lists.recipients import read_recipients


def rows_of(tmp_path: Path, line: str) -> list[ListRow]:
    path = tmp_path / "people.jsonl"
    path.write_text('{"email": "a@b.ru", "x": 1}\n' + line + "\n")
    return list(read_recipients(path))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("[" * 40 + "]" * 40, r"people.jsonl, row 2, column 'x': nested over 32 levels deep"),
        ("[" * 100_000 + "]" * 100_000, r"people.jsonl, row 2: nested over 32 levels deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, r"people.jsonl, row 2: nested over 32 levels deep"),
        ("9" * 5000, r"people.jsonl, row 2: a number of over 4,300 digits"),
    ],
)
def test_a_json_line_beyond_the_bounds_is_named(tmp_path: Path, cell: str, words: str) -> None:
    with pytest.raises(gp.InputError, match=words):
        rows_of(tmp_path, f'{{"email": "c@d.ru", "x": {cell}}}')


def test_numbers_that_json_does_not_have_are_no_values(tmp_path: Path) -> None:
    row = rows_of(tmp_path, '{"email": "c@d.ru", "x": NaN, "y": [Infinity, -Infinity]}')[1]
    assert json.loads(fields_json("l", row)) == {"email": "c@d.ru", "x": None, "y": [None, None]}


def test_a_float_beyond_floats_is_named_by_row_and_column(tmp_path: Path) -> None:
    row = rows_of(tmp_path, '{"email": "c@d.ru", "x": 1e999}')[1]
    with pytest.raises(gp.InputError, match="row 2, column 'x': a number beyond"):
        fields_json("l", row)


def holding_itself() -> list[Any]:
    one: list[Any] = []
    one.append(one)
    return one


@pytest.mark.parametrize("cell", [holding_itself(), json.loads("[" * 40 + "]" * 40), {"a": holding_itself()}])
def test_a_python_row_nested_without_end_is_named(cell: Any) -> None:
    with pytest.raises(gp.InputError, match="recipients, row 2, column 'x': nested over 32 levels deep"):
        list(read_recipients([{"email": "a@b.ru", "x": 1}, {"email": "c@d.ru", "x": cell}]))


def test_a_python_integer_without_end_is_named() -> None:
    [row] = read_recipients([{"email": "a@b.ru", "x": 10**5000}])
    with pytest.raises(gp.InputError, match="row 1, column 'x': a number beyond"):
        fields_json("recipients", row)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_header_of_fifty_thousand_columns_is_read_once(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "wide.csv"
    header = separator.join(["email", *(f"c{n}" for n in range(50_000))])
    path.write_text(f"{header}\n{separator.join(['a@b.ru'] * 50_001)}")
    [row] = read_recipients(path)
    assert len(row.values) == 50_001

"""Tables as other tools take them."""

from pathlib import Path

import polars as pl
import pytest

from gatepost.history import History, Table


def test_a_table_goes_to_polars_pandas_and_arrow_with_the_same_rows(history: History) -> None:
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    table = history.stats("domain")
    assert len(table) == table.to_polars().height == len(table.to_pandas()) == table.to_arrow().num_rows == 3
    assert isinstance(table.to_pandas(), pandas.DataFrame)
    assert pyarrow.table(table).column_names == table.columns  # through __arrow_c_stream__
    assert pl.DataFrame(table).equals(table.to_polars())


def test_iterating_gives_dicts_and_a_column_goes_by_name(history: History) -> None:
    table = history.funnel("october")
    assert next(iter(table)) == {"stage": "listed", "letters": 6, "share": 1.0}
    assert table["letters"][0] == 6
    assert table.to_dicts() == list(table)


def test_repr_and_html_show_russian_and_escape_markup() -> None:
    table = Table(pl.DataFrame({"ответ": ["<script>alert(1)</script> Нет такого"]}), "Отказы <b>")
    assert "Отказы <b>: 1 row" in repr(table)
    assert "Нет такого" in repr(table)
    html = table._repr_html_()
    assert "Нет такого" in html
    assert "<script>" not in html
    assert "<b>" not in html


def test_csv_opens_in_a_spreadsheet_as_utf8(history: History, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = history.attempts().write_csv(tmp_path / "попытки.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "пётр@пример.рф" in path.read_text("utf-8-sig")


def test_a_csv_holds_no_character_that_a_terminal_obeys(tmp_path: Path) -> None:
    cells = ["\x1b]0;owned\x07x", "a\u202eb", "=1+1", "Привет\tмир", "\u0085"]
    path = Table(pl.DataFrame({"email": cells})).write_csv(tmp_path / "t.csv")
    assert path.read_text("utf-8-sig").splitlines() == ["email", "?]0;owned?x", "a?b", "'=1+1", "Привет\tмир", "?"]


def test_a_long_table_is_written_whole_and_once_headed(tmp_path: Path) -> None:
    path = Table(pl.DataFrame({"row": range(150_000), "text": ["=1"] * 150_000})).write_csv(tmp_path / "t.csv")
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[:2] == ["row,text", "0,'=1"] and lines[-1] == "149999,'=1" and len(lines) == 150_001


def test_a_table_without_rows_is_written_with_its_header(tmp_path: Path) -> None:
    path = Table(pl.DataFrame({"row": [], "text": []})).write_csv(tmp_path / "t.csv")
    assert path.read_bytes() == b"\xef\xbb\xbfrow,text\n"

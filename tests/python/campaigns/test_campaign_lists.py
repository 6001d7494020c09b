from __future__ import annotations

import datetime
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from fake_engine import Server
from hypothesis import given
from hypothesis import strategies as st

from gatepost.campaigns import Campaign, read_recipients
from gatepost.campaigns.lists.list_row import ListRow
from gatepost.campaigns.lists.row_json import as_json

Make = Callable[..., Campaign]


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def rows(path: Any, **options: Any) -> list[ListRow]:
    return list(read_recipients(path, **options))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path / "a.csv", f"email{delimiter}имя\na@x.ru{delimiter}Оля\n")
    assert rows(path) == [ListRow(2, {"email": "a@x.ru", "имя": "Оля"})]


def test_row_numbers_are_the_lines_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'email,note\r\na@x.ru,"two\r\nlines"\r\n\r\nb@x.ru,z\r\n', "utf-8-sig")
    assert [(row.number, row.values["note"]) for row in rows(path)] == [(2, "two\r\nlines"), (5, "z")]


def test_a_missing_address_column_names_the_columns_and_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv", "name,E-mail,city\nA,a@x.ru,B\n")
    with pytest.raises(ValueError, match=r"people.csv: no column 'email'.*'E-mail', 'city'.*address_column='E-mail'"):
        rows(path, address_column="email")


def test_a_wrong_encoding_names_file_row_byte_and_the_likely_one(tmp_path: Path) -> None:
    text = "email,name\n" + "a@x.ru,Anna\n" * 3 + "b@x.ru,Ольга Петровна\n"
    path = write(tmp_path / "old.csv", text, "windows-1251")
    at = text.encode("windows-1251").index("О".encode("windows-1251"))
    with pytest.raises(ValueError, match=rf"old.csv, row 5, byte {at} .*pass encoding='windows-1251'"):
        rows(path, encoding="utf-8")
    assert rows(path, encoding="windows-1251")[-1].values["name"] == "Ольга Петровна"


@pytest.mark.parametrize(
    "encoding", ["windows-1251", "koi8-r", "cp866", "mac-cyrillic", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]
)
def test_the_charset_of_a_list_is_recognised_and_named(tmp_path: Path, encoding: str) -> None:
    found = read_recipients(write(tmp_path / "old.csv", "email,name\nb@x.ru,Ольга Петровна Иванова\n", encoding))
    assert [row.values["name"] for row in found] == ["Ольга Петровна Иванова"]
    assert encoding.removesuffix("-sig").casefold() in found.facts["encoding"].casefold()


def test_a_wrong_byte_far_into_the_file_is_found_where_it_is(tmp_path: Path) -> None:
    head = b"email,name\n" + b"a@x.ru,\xd0\x90\n" * 300_000
    path = tmp_path / "long.csv"
    path.write_bytes(head + b"b@x.ru,\xff\n")
    with pytest.raises(ValueError, match=rf"row 300002, byte {len(head) + 7} \(0xff\)"):
        rows(path)


@pytest.mark.parametrize("quoted", [True, False], ids=["quoted lines", "one line"])
def test_ten_megabytes_in_one_cell_name_row_and_column_in_bounded_memory(tmp_path: Path, quoted: bool) -> None:
    cell = '"' + "line of text\n" * 800_000 if quoted else "x" * (10 << 20)
    path = write(tmp_path / "a.csv", f"email,name,note\na@x.ru,A,ok\nb@x.ru,B,{cell}\nc@x.ru,C,ok\n")
    tracemalloc.start()
    with pytest.raises(ValueError, match=r"a\.csv, row 3, column 'note': over 1 MB in one cell"):
        rows(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 << 20


def test_rows_with_too_many_or_too_few_cells_are_marked_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "email,name\na@x.ru\nb@x.ru,B,C\nc@x.ru,D\nd@x.ru,E,\n")
    problems = [row.problem for row in rows(path)]
    assert problems == ["1 cells where the header has 2", "3 cells where the header has 2", "", ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "the file is empty"), ("\n\n", "the file is empty"), ("email,a,a\n", "two columns are named 'a'")],
)
def test_a_broken_header_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rows(write(tmp_path / "a.csv", text))


def test_a_file_that_is_not_there_and_an_unknown_kind_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.csv: no such file"):
        rows(tmp_path / "nowhere.csv")
    with pytest.raises(ValueError, match=r"a\.docx: a list is"):
        rows(write(tmp_path / "a.docx", "x"))
    with pytest.raises(ValueError, match="knows no encoding 'utf-99'"):
        rows(write(tmp_path / "a.csv", "email\n"), encoding="utf-99")


def test_json_lines_name_the_line_that_is_no_object(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"email": "a@x.ru", "n": 1}\n\n{"email": "b@x.ru"}\n')
    assert [(row.number, row.values["email"]) for row in rows(path)] == [(1, "a@x.ru"), (3, "b@x.ru")]
    with pytest.raises(ValueError, match="row 2, character 11: not JSON"):
        rows(write(tmp_path / "b.jsonl", '{"email": "a"}\n{"email": }\n'))
    with pytest.raises(ValueError, match="row 2 takes a JSON object, not list"):
        rows(write(tmp_path / "c.jsonl", '{"email": "a"}\n[1]\n'))


FRAME = pl.DataFrame(
    {"email": ["a@x.ru", "b@x.ru"], "sum": [1.5, None], "day": [datetime.date(2025, 10, 1)] * 2, "имя": ["Оля", "Ян"]}
)
EXPECTED = [
    {"email": "a@x.ru", "sum": 1.5, "day": datetime.date(2025, 10, 1), "имя": "Оля"},
    {"email": "b@x.ru", "sum": None, "day": datetime.date(2025, 10, 1), "имя": "Ян"},
]


@pytest.mark.parametrize(
    "source",
    [FRAME, FRAME.lazy(), FRAME.to_arrow(), FRAME.to_dicts(), iter(FRAME.to_dicts())],
    ids=["polars", "lazy", "arrow", "list of dicts", "iterator"],
)
def test_frames_and_mappings_give_the_same_rows(source: Any) -> None:
    assert [(row.number, dict(row.values)) for row in rows(source)] == list(enumerate(EXPECTED, 1))


def test_a_pandas_frame_gives_plain_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"email": ["a@x.ru", "b@x.ru"], "sum": [1.5, None], "n": [1, 2]})
    frame["when"] = pd.to_datetime(["2025-10-01", None])
    found = [dict(row.values) for row in rows(frame)]
    assert found[0] == {"email": "a@x.ru", "sum": 1.5, "n": 1, "when": datetime.datetime(2025, 10, 1)}
    assert found[1] == {"email": "b@x.ru", "sum": None, "n": 2, "when": None}
    as_json(found)


def test_parquet_is_read(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "a.parquet")
    assert [dict(row.values) for row in rows(tmp_path / "a.parquet")] == EXPECTED
    with pytest.raises(ValueError, match="not a Parquet file"):
        rows(write(tmp_path / "b.parquet", "no"))


def test_an_iterable_of_addresses_is_a_list(tmp_path: Path) -> None:
    assert [row.values for row in rows(["a@x.ru", "b@x.ru"], address_column="mail")] == [
        {"mail": "a@x.ru"},
        {"mail": "b@x.ru"},
    ]


@pytest.mark.parametrize("source", [42, {"email": "a@x.ru"}, [], [1]], ids=str)
def test_what_is_no_list_is_refused(source: Any) -> None:
    with pytest.raises(ValueError, match="recipients"):
        rows(source)


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=3, max_size=3)))
def test_any_csv_that_python_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "b", "c"])
        writer.writerows(table)
    assert [list(row.values.values()) for row in rows(path)] == table


def test_the_ledger_says_who_is_left_out_and_why(server: Server, make: Make, tmp_path: Path, store_path: str) -> None:
    from gatepost.campaigns import Suppressions

    Suppressions(store_path).add("stop@x.ru", reason="complaint")
    text = "email,name\nA@X.ru,a\nno address,b\na@x.RU,c\nstop@x.ru,d\n,e\nИван <ivan@x.ru>,f\n"
    campaign = make(recipients=write(tmp_path / "a.csv", text))
    found = {row["row"]: (row["status"], row["detail"]) for row in campaign.results()}
    assert found[2] == ("queued", "") and found[7] == ("queued", "")
    assert found[3][0] == "invalid" and found[3][1]
    assert found[4] == ("duplicate", "same address as row 2")
    assert found[5] == ("suppressed", "complaint")
    assert found[6] == ("invalid", "the address is empty")
    campaign.run()
    assert {letter.to_name for letter in server.delivered} == {"", "Иван"}


@pytest.mark.parametrize("bad", ["encoding", "cell", "surrogate"])
def test_an_error_in_the_middle_of_the_list_leaves_nothing_in_the_store(
    server: Server, make: Make, tmp_path: Path, store_path: str, bad: str
) -> None:
    from gatepost.store import open_store

    good = b"".join(b"u%d@x.ru,name\n" % i for i in range(5000))
    path = tmp_path / "a.csv"
    if bad == "encoding":
        path.write_bytes(b"email,name\n" + good + b"y@x.ru,\xd0\x90\n" * 2 + b"z@x.ru,\xcf\xf0\n")
    elif bad == "cell":
        path.write_bytes(b"email,name\n" + good + b"z@x.ru," + b"x" * (10 << 20) + b"\n")
    else:
        path = tmp_path / "a.jsonl"
        path.write_bytes(b'{"email":"a@x.ru","name":"a"}\n{"email":"b@x.ru","name":"\\ud800"}\n')
    with pytest.raises(ValueError, match=r"a\.(csv|jsonl), row (5002|5004|2)\b"):
        make(recipients=path)
    assert open_store(store_path).campaigns() == []
    assert server.delivered == []

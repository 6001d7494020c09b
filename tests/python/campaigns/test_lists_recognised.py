"""Lists as people have them: what is recognised, what is asked about, and what a quote cannot do."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost import InputError, RecipientList
from gatepost.campaigns import read_recipients
from gatepost.campaigns.lists.open_list import OpenList

HEAD = "email,name\n"
PEOPLE = "".join(f"u{i}@x.ru,Имя{i}\n" for i in range(600))


def opened(tmp_path: Path, text: str | bytes, name: str = "a.csv", **options: Any) -> OpenList:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_recipients(path, **options)


def cells(found: OpenList) -> list[list[Any]]:
    return [list(row.values.values()) for row in found]


@pytest.mark.parametrize(
    "stray",
    [
        'a@x.ru,"Оля\n{people}',
        'a@x.ru,"Оля\n{people}z@x.ru,Ромашка"\n',
        '"a@x.ru,Оля\n{people}',
        '"a@x.ru,Оля\n{people}z@x.ru,Ян",\n',
        'a@x.ru,"Оля\nz@x.ru,Ян"\n',
        'a@x.ru,"О"ля\n{people}',
        'a@x.ru,"Оля\n{people}z@x.ru,"Петя"\n',
    ],
)
def test_a_stray_quote_never_takes_other_rows_with_it(tmp_path: Path, stray: str) -> None:
    with pytest.raises(InputError, match=r"a\.csv, row 2\b.*quotation mark"):
        list(opened(tmp_path, HEAD + stray.replace("{people}", PEOPLE)))


def test_a_quote_within_a_cell_costs_that_row_alone(tmp_path: Path) -> None:
    rows = list(opened(tmp_path, HEAD + 'a@x.ru,Оля"\nb@x.ru,ООО "Ромашка"\n' + PEOPLE))
    assert len(rows) == 602 and "not closed" in rows[0].problem
    assert rows[1].values["name"] == 'ООО "Ромашка"' and not any(row.problem for row in rows[1:])


def test_a_cell_over_several_lines_is_one_cell(tmp_path: Path) -> None:
    rows = list(opened(tmp_path, HEAD + 'a@x.ru,"Привет,\nстрока, два\nконец"\n"b@x.ru\nc@x.ru",Ян\n'))
    assert [row.number for row in rows] == [2, 5]
    assert rows[0].values["name"] == "Привет,\nстрока, два\nконец"


@pytest.mark.parametrize(
    ("text", "first", "facts"),
    [
        ("sep=;\r\nemail;name\r\na@x.ru;Оля\r\n", ["a@x.ru", "Оля"], {"delimiter": "semicolon", "header_row": 2}),
        ("\n\n\nemail\tname\n\na@x.ru\tОля\n", ["a@x.ru", "Оля"], {"delimiter": "tab", "header_row": 4}),
        ("Клиенты\n;;\nemail;n;s\na@x.ru;Оля;1,5\n", ["a@x.ru", "Оля", "1,5"], {"rows_above_header": [1, 2]}),
        ("email^name\na@x.ru^Оля\n", ["a@x.ru", "Оля"], {"delimiter": "'^'"}),
        ("a@x.ru\nb@x.ru\n", ["a@x.ru"], {"header_row": 0}),
        ('email, name\na@x.ru, "Иванов, Иван"\n', ["a@x.ru", "Иванов, Иван"], {"delimiter": "comma"}),
        ("'email','name'\n'a@x.ru','it''s'\n", ["a@x.ru", "it's"], {}),
        ("email,name\ra@x.ru,Оля\r", ["a@x.ru", "Оля"], {}),
        ("Name,E-mail 1 - Value\nОля,a@x.ru\n", ["Оля", "a@x.ru"], {}),
        ("First Name;E-mail Address\nОля;a@x.ru\n", ["Оля", "a@x.ru"], {"delimiter": "semicolon"}),
        ("email;;\na@x.ru;;\n", ["a@x.ru", "", ""], {"delimiter": "semicolon"}),
        ("Имя;Эл. почта\nОля;a@x.ru\n", ["Оля", "a@x.ru"], {}),
    ],
)
def test_the_shape_of_a_list_is_recognised(tmp_path: Path, text: str, first: list[str], facts: dict[str, Any]) -> None:
    found = opened(tmp_path, text)
    assert cells(found)[0] == first
    assert {key: found.facts[key] for key in facts} == facts


MIXED = b"email,name\n" + "a@x.ru,Ольга\n".encode() + "b@x.ru,Кузнецов Пётр\n".encode("windows-1251")
MIXED_IN_A_ROW = "email,name\nb@x.ru,Пётр\nа@x.ru,".encode("windows-1251") + "Ольга,".encode() + b"\xcc\xee\n"
MIXED_OTHERWISE = b"email,name\n" + "b@x.ru,Юлия\n".encode("windows-1251") + "a@x.ru,Ольга Иванова\n".encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("E-mail,Почта\na@x.ru,b@x.ru\n", "pass address_column='E-mail' or address_column='Почта'"),
        ("email,name\na@x.ru,ФИО\n".encode("windows-1251"), "pass encoding='windows-1251' or encoding='koi8-r'"),
        ("a@x.ru;Оля\n", "row 1: is a recipient already.*header_row=0"),
        ("a@x.ru; b@x.ru; c@x.ru\n", "row 1: 3 addresses in a row"),
        ("email,name\na@x.ru,\0\n", "row 2: a NUL character"),
        ('email,name\na@x.ru,"O \\"x\\" y"\n', r"row 2, cell 2.*pass escape='\\\\'"),
        (MIXED, r"row 2: is in UTF-8, other rows \(the first: row 3\) in windows-1251 .*save the file anew.*encoding="),
        (MIXED_IN_A_ROW, "row 3: 'Ольга' is in UTF-8, other words of the row are not"),
        (MIXED_OTHERWISE, r"row 3: is in UTF-8, other rows \(the first: row 2\) in windows-1251 .*encoding="),
        (b"email,name\n" + "a@x.ru,Оля\n".encode() + "b@x.ru,Ольга\n".encode("windows-1251") * 3, "row 2: is in UTF-8"),
    ],
)
def test_a_doubt_is_asked_about_with_what_decides_it(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        list(opened(tmp_path, text))


def test_what_decides_is_taken(tmp_path: Path) -> None:
    assert cells(opened(tmp_path, "a@x.ru;Оля\n", header_row=0)) == [["a@x.ru", "Оля"]]
    assert cells(opened(tmp_path, "email,name\na@x.ru,x\\,y\n", escape="\\")) == [["a@x.ru", "x,y"]]
    assert cells(opened(tmp_path, "email name\na@x.ru Оля\n", delimiter=" ")) == [["a@x.ru", "Оля"]]
    assert cells(opened(tmp_path, 'email,name\na@x.ru,"Оля"\n', quote="")) == [["a@x.ru", '"Оля"']]
    assert cells(opened(tmp_path, "x\nemail,y\nmail,b@x.ru\n", header_row=3, address_column="b@x.ru")) == []


DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|^~"),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "doublequote": st.booleans(),
        "escapechar": st.sampled_from([None, "\\"]),
        "quotechar": st.sampled_from(['"', "'"]),
    }
)
CELL = st.text(st.sampled_from("аЯёa ,;|\t\"'\\\n\r^~:x@.1#"), max_size=8)


@settings(max_examples=150)
@given(st.lists(st.tuples(CELL, CELL), max_size=6), DIALECTS, st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_what_python_writes_in_any_dialect_is_read_back_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]], dialect: dict[str, Any], encoding: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, **dialect)
    rows = [[f"u{i}@x.ru", *row] for i, row in enumerate(table)]
    if len(dialect["lineterminator"]) == 1:  # Python writes the other of CR and LF without quotes, and cannot read it
        other = "\r" if dialect["lineterminator"] == "\n" else "\n"
        rows = [[cell.replace(other, "") for cell in row] for row in rows]
    try:
        writer.writerows([["email", "b", "c"], *rows])
    except csv.Error:
        return  # Python itself does not know how
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    told = {"quote": dialect["quotechar"], "escape": dialect["escapechar"] or ""}
    try:
        found = list(read_recipients(RecipientList(path, **told)))
    except InputError as error:
        assert "a.csv" in str(error)
        return
    good = [list(row.values.values()) for row in found if not row.problem]
    assert good == [row for row in rows if row in good]
    assert len(found) == len(rows)


@pytest.mark.parametrize(
    "shape", ['"' * 9 + "x,", '""', 'a"b,', '"a\n', "a\\,", "' ", "\u200b,", '"x",', ", ", '"a" b,', "a@x.ru;"]
)
def test_reading_takes_time_in_proportion_to_the_list(tmp_path: Path, shape: str) -> None:
    def seconds(times: int) -> float:
        started = time.process_time()
        with contextlib.suppress(InputError):
            list(opened(tmp_path, HEAD + shape * times))
        return time.process_time() - started

    assert seconds(80_000) < 12 * max(seconds(10_000), 0.02)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("width", [60, 61, 62, 63, 64, 65, 66, 67])
def test_a_long_list_is_the_same_wherever_its_blocks_end(tmp_path: Path, end: str, width: int) -> None:
    rows = [[f"u{i}@x.ru", "я" * width, 'two\nlines, "quoted"' if i % 997 == 5 else "z"] for i in range(9_000)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_MINIMAL).writerows([["email", "b", "c"], *rows])
    text = out.getvalue() if end != "\r" else out.getvalue().replace("two\nlines", "two lines")
    expected = rows if end != "\r" else [[cell.replace("\n", " ") for cell in row] for row in rows]
    found = list(opened(tmp_path, text))
    assert [list(row.values.values()) for row in found] == expected
    assert not any(row.problem for row in found)
    assert found[-1].number == 9_001 + (0 if end == "\r" else 10)  # ten rows take two lines

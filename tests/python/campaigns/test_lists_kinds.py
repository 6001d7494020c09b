"""Workbooks, queries, JSON, frames; addresses as people write them; columns with spaces; what the dry run says."""

from __future__ import annotations

import datetime
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from fake_engine import Server

from gatepost import InputError, RecipientList
from gatepost.campaigns import Campaign, Template, read_recipients
from gatepost.campaigns.lists.mending import read_cell
from gatepost.campaigns.lists.typos import likely_domain
from gatepost.store import open_store

Make = Callable[..., Campaign]


def workbook(path: Path, **sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ROWS = [["email", "Дата оплаты", "сумма"], ["a@x.ru", datetime.date(2026, 10, 5), 12.0], [None, None, None]]


def test_a_workbook_gives_dates_as_dates_and_whole_numbers_as_such(tmp_path: Path) -> None:
    found = read_recipients(workbook(tmp_path / "a.xlsx", Март=[["Клиенты"], [], *ROWS], Пусто=[]))
    [row] = found
    assert (row.number, list(row.values.values())) == (4, ["a@x.ru", datetime.date(2026, 10, 5), 12])
    assert (found.facts["sheet"], found.facts["header_row"]) == ("Март", 3)


def test_the_sheet_is_chosen_by_name_or_number_and_asked_for_in_doubt(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Март=ROWS, Апрель=[["email"], ["b@x.ru"]])
    with pytest.raises(InputError, match="2 sheets have rows; pass sheet='Март' or sheet='Апрель'"):
        read_recipients(path)
    for sheet in ("Апрель", 2, "2"):
        assert [row.values["email"] for row in read_recipients(RecipientList(path, sheet=sheet))] == ["b@x.ru"]
    with pytest.raises(InputError, match="no sheet 'Марк'; did you mean 'Март'"):
        read_recipients(RecipientList(path, sheet="Марк"))


def test_a_workbook_without_the_extra_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(InputError, match=r"pip install 'gatepost\[excel\]'"):
        read_recipients(workbook(tmp_path / "a.xlsx", a=ROWS))


def test_one_cell_far_away_is_named_before_memory_is_taken_for_all_before_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "email", "x"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="reaches to row 1,048,576 and column 16,384"):
        read_recipients(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel before 2007, or one with a password"),
        ("a.xls", b"<html><table><tr><td>email</td></tr></table>", "a web page in spite of its name"),
        ("a.xlsx", b"email,name\n", "text in spite of its name"),
        ("a.ods", b"PK\x03\x04", "save it as .xlsx or as CSV"),
        ("a.xlsx", b"PK\x03\x04broken", "not an Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_told_in_words(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=words):
        read_recipients(tmp_path / name)


def test_a_query_over_a_url_and_over_a_connection(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.execute('CREATE TABLE people (email TEXT, "Дата оплаты" TEXT)')
    connection.execute("INSERT INTO people VALUES ('a@x.ru', '5 мая')")
    connection.commit()
    query = "SELECT * FROM people WHERE email LIKE '%x.ru'"
    for source in (f"sqlite:///{tmp_path / 'crm.db'}", connection):
        [row] = read_recipients(RecipientList(source, query=query))
        assert row.values == {"email": "a@x.ru", "Дата оплаты": "5 мая"}
    with pytest.raises(InputError, match="no such table: other"):
        read_recipients(RecipientList(connection, query="SELECT * FROM other"))
    with pytest.raises(InputError, match="brings no rows to read"):
        read_recipients(RecipientList(f"sqlite:///{tmp_path / 'crm.db'}", query="DELETE FROM people"))
    assert connection.execute("SELECT COUNT(*) FROM people").fetchone() == (1,)


def test_the_password_of_a_database_is_shown_nowhere() -> None:
    listed = RecipientList("postgresql+nosuch://u:s3cret@h/x", query="SELECT 1")
    with pytest.raises(InputError) as caught:
        read_recipients(listed)
    assert "s3cret" not in f"{caught.value} {listed!r}"
    with pytest.raises(InputError) as caught:
        read_recipients("postgresql://u:s3cret@h/x")
    assert "s3cret" not in str(caught.value) and "query=" in str(caught.value)


def test_json_is_an_array_or_an_object_with_one(tmp_path: Path) -> None:
    for text in ('[{"email": "a@x.ru", "n": 1}]', '{"page": 1, "people": [{"email": "a@x.ru", "n": 1}]}'):
        (tmp_path / "a.json").write_text(text)
        assert [dict(row.values) for row in read_recipients(tmp_path / "a.json")] == [{"email": "a@x.ru", "n": 1}]
    (tmp_path / "a.json").write_text('[{"email": "a@x.ru"},\n 5]')
    with pytest.raises(InputError, match="row 2 takes a JSON object, not int"):
        list(read_recipients(tmp_path / "a.json"))


class Stream:
    """Anything with the Arrow stream interface, as DuckDB's relations."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def test_whatever_has_the_arrow_stream_interface_is_a_list() -> None:
    frame = pl.DataFrame({"email": ["a@x.ru"], "day": [datetime.date(2026, 1, 2)], "x": [float("nan")]})
    assert [dict(row.values) for row in read_recipients(Stream(frame))] == [
        {"email": "a@x.ru", "day": datetime.date(2026, 1, 2), "x": None}
    ]


@pytest.mark.parametrize(
    "cell",
    ["\u00a0a@x.ru\u200b", "mailto:a@x.ru", "MAILTO:a@x.ru?subject=Hi", "<a@x.ru", "a@x.ru>", "a@x.ru.", "a@x.ru,",
     "'a@x.ru'", "«a@x.ru»", "a @ x.ru", "E-mail: a@x.ru", "Иванов, Иван <a@x.ru>", "Иван <mailto:a@x.ru>"],
)  # fmt: skip
def test_what_is_plainly_meant_is_mended_with_a_note(cell: str) -> None:
    [found] = read_cell(cell)
    assert found.wire == "a@x.ru" and found.note.startswith("read from ") and not found.problem


@pytest.mark.parametrize("cell", ["a@b@c.ru", "ivan petrov@x.ru", "", None, "нет", "a@x..ru", "тел 5, a@x.ru"])
def test_what_is_not_plain_is_not_guessed(cell: object) -> None:
    [found] = read_cell(cell)
    assert found.problem and not found.wire


@pytest.mark.parametrize(
    "cell",
    ["a@x.ru; b@x.ru", "a@x.ru, b@x.ru", "a@x.ru b@x.ru", "a@x.ru\nb@x.ru", "a@x.ru ::: b@x.ru", "a@x.ru/b@x.ru",
     "Иван <a@x.ru>, Пётр <b@x.ru>", '"Иванов, Иван" <a@x.ru>; b@x.ru'],
)  # fmt: skip
def test_each_address_of_a_cell_is_a_recipient(server: Server, make: Make, cell: str) -> None:
    template = Template(subject="s", text="{{ email }}")
    campaign = make(template=template, recipients=[{"email": cell}, {"email": "c@x.ru"}, {"email": "b@x.ru"}])
    assert [found.why[:20] for found in campaign.check().mended] == ["2 addresses in one c"] * 1
    campaign.run()
    assert sorted(letter.to for letter in server.delivered) == ["a@x.ru", "b@x.ru", "c@x.ru"]
    texts = {letter.to: letter.text for letter in server.delivered}
    assert "b@x.ru" not in texts["a@x.ru"] and "b@x.ru" in texts["b@x.ru"]


def test_a_list_read_again_is_the_same_list(server: Server, make: Make, tmp_path: Path, store_path: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("email;имя\na@x.ru, b@x.ru;Оля\nmailto:c@x.ru;Ян\n".encode("windows-1251"))
    template = Template(subject="s", text="{{ имя }}")
    make(template=template, recipients=path).run()
    assert len(server.delivered) == 3
    again = make(template=template, recipients=RecipientList(path, encoding="windows-1251"))
    again.run()
    assert len(server.delivered) == 3 and len(open_store(store_path).campaigns()) == 1


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ Дата оплаты }}", "5 мая"),
        ("{{ Дата  оплаты|upper }}", "5 МАЯ"),
        ("{% if not Дата оплаты %}нет{% else %}да{% endif %}", "да"),
        ("{{ День рождения.strftime('%d.%m.%Y') }}", "01.05.2026"),
        ("{{ Цена, руб. }} {{ № заказа }} {{ E-mail 1 - Value }}", "5 7 q"),
        ("{# {{ a b }} #}{{- Дата оплаты -}}", "5 мая"),
        ('{{ row["Дата оплаты"] }}', "5 мая"),
    ],
)
def test_columns_stand_in_templates_as_they_are_called(source: str, shown: str) -> None:
    row = {"Дата оплаты": "5 мая", "День рождения": datetime.date(2026, 5, 1), "Цена, руб.": 5, "№ заказа": 7,
           "E-mail 1 - Value": "q", "E-mail": "x"}  # fmt: skip
    for kind in ("text", "html"):
        template = Template(subject="s", **{kind: source})
        template.check_fields(list(row))
        assert template.parts[kind].render(row) == shown
    with pytest.raises(InputError, match=r'for \'E-mail\' write \{\{ row\["E-mail"\] \}\}'):
        Template(subject="s", text="{{ E-mail }}").check_fields(list(row))


@pytest.mark.parametrize(
    ("domain", "meant"),
    [("gmial.com", "gmail.com"), ("mail.ri", "mail.ru"), ("yandex.r", "yandex.ru"), ("gmail.con", "gmail.com"),
     ("x.con", "x.com"), ("mail.com", None), ("yandex.by", None), ("example.com", None), ("bk.ru", None)],
)  # fmt: skip
def test_a_mistyped_domain_is_told_with_what_was_meant(domain: str, meant: str | None) -> None:
    assert likely_domain(domain) == meant


def test_the_dry_run_says_what_it_recognised_and_what_is_most_likely_a_slip(
    server: Server, make: Make, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    note = '"one;two;three\nfour;five;six"'
    text = f"Клиенты;;\nE-mail;Имя;note\na@gmial.com;Оля;{note}\nb@x.ru;Ян;\nivаn@x.ru;Ия;\nИтого;3;\n"
    path.write_bytes(text.encode("koi8-r"))
    template = Template(
        subject="{name} %name% 50%",
        html="<style>p {color:red}</style>[[name]] *|NAME|* &lt;&lt;name&gt;&gt; %D0%BF [1]",
    )
    report = make(template=template, recipients=path).check()
    [fact] = report.recognised
    for words in ("CSV, KOI8-R, semicolon", "row 2 names the columns", "(row 1)", "column 'E-mail'"):
        assert words in fact
    said = "\n".join(report.findings)
    for words in ("was gmail.com meant? (row 3)", "row 3, column 'note'", "the letter 'а'", "'{name}'", "'%name%'",
                  "'[[name]]'", "'*|NAME|*'", "'&lt;&lt;name&gt;&gt;'"):  # fmt: skip
        assert words in said
    assert "color" not in said and "%D0" not in said and "[1]" not in said
    assert "row of totals" in report.bad[0].why

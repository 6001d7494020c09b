"""Lists from the command line: the options, and errors that name them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from gatepost.cli.app import app


def check(tmp_path: Path, *words: str, code: int = 0) -> str:
    (tmp_path / "t.txt").write_text("Здравствуйте, {{ Имя клиента }}")
    where = ["--store", str(tmp_path / "c.db"), "--account", "smtp://127.0.0.1:1", "--from", "n@x.ru"]
    letter = ["--subject", "s", "--text", str(tmp_path / "t.txt")]
    result = CliRunner().invoke(app, ["campaign", "check", "october", *words, *where, *letter])
    assert result.exit_code == code, result.output
    return " ".join(result.output.split())


def test_a_list_of_another_shape_is_read_and_what_was_recognised_is_said(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("Клиенты;\nE-mail;Имя клиента\na@x.ru;Ольга\n".encode("windows-1251"))
    said = check(tmp_path, "--recipients", str(path))
    assert "CSV, windows-1251, semicolon between cells, row 2 names the columns, 1 row above it left out" in said
    assert "Здравствуйте, Ольга" in said


def test_a_doubt_names_the_option(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("email,name\na@x.ru,ФИО\n".encode("windows-1251"))
    assert "pass --encoding 'windows-1251' or --encoding 'koi8-r'" in check(tmp_path, "-r", str(path), code=2)


def test_a_sheet_a_delimiter_and_a_header_row_are_options(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["email", "Имя клиента"])
    book.active.append(["a@x.ru", "Оля"])
    book.create_sheet("Май").append(["email", "Имя клиента"])
    book["Май"].append(["b@x.ru", "Майя"])
    book.save(tmp_path / "a.xlsx")
    assert "--sheet 'Sheet' or --sheet 'Май'" in check(tmp_path, "-r", str(tmp_path / "a.xlsx"), code=2)
    assert "Майя" in check(tmp_path, "-r", str(tmp_path / "a.xlsx"), "--sheet", "Май")
    (tmp_path / "b.txt").write_text("title\nemail\tИмя клиента\na@x.ru\tОля\n")
    assert "Оля" in check(tmp_path, "-r", str(tmp_path / "b.txt"), "--delimiter", "\\t", "--header-row", "2")


def test_a_query_takes_its_database_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(tmp_path / "crm.db")
    connection.execute('CREATE TABLE people (email TEXT, "Имя клиента" TEXT)')
    connection.execute("INSERT INTO people VALUES ('a@x.ru', 'Оля')")
    connection.commit()
    monkeypatch.delenv("GATEPOST_DATABASE", raising=False)
    assert "GATEPOST_DATABASE" in check(tmp_path, "--query", "SELECT * FROM people", code=2)
    monkeypatch.setenv("GATEPOST_DATABASE", f"sqlite:///{tmp_path / 'crm.db'}")
    assert "Здравствуйте, Оля" in check(tmp_path, "--query", "SELECT * FROM people")


def test_how_to_read_a_list_means_nothing_without_one(tmp_path: Path) -> None:
    assert "--sheet says how to read a list: pass --recipients too" in check(tmp_path, "--sheet", "1", code=2)

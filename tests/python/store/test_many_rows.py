"""Many rows by one statement: none lost, none doubled, in order, whatever their number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from gatepost.store.many_rows import insert
from gatepost.store.statements import Insert

INTO = Insert("numbers", ("n", "word"))
NEW = INTO._replace(conflict="ON CONFLICT (n) DO NOTHING")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, word TEXT)")
    yield connection
    connection.close()


@pytest.mark.parametrize("count", [0, 1, 39, 40, 41, 80, 123])
def test_every_row_goes_in_once_and_in_order(connection: sqlite3.Connection, count: int) -> None:
    rows = [(n, f"word {n}") for n in range(count)]
    assert insert(connection, INTO, iter(rows)) == (count, count)
    assert connection.execute("SELECT n, word FROM numbers ORDER BY id").fetchall() == rows


@pytest.mark.parametrize("double", [5, 45])
def test_a_row_that_breaks_a_rule_raises(connection: sqlite3.Connection, double: int) -> None:
    rows = [(n, "") for n in range(50)]
    rows[double] = (0, "")
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        insert(connection, INTO, rows)


@pytest.mark.parametrize("count", [5, 45, 85])
def test_rows_that_are_there_already_are_left_out_and_counted_apart(connection: sqlite3.Connection, count: int) -> None:
    insert(connection, INTO, [(3, "first")])
    rows = [(n, "later") for n in range(count)]
    assert insert(connection, NEW, rows) == (count, count - 1)
    assert connection.execute("SELECT word FROM numbers WHERE n = 3").fetchall() == [("first",)]

"""Stores to test, and a small history whose numbers can be counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from history_samples import fill

from gatepost.history import History
from gatepost.store import Store
from gatepost.store.sqlite import SqliteStore

# A factory opens the same store each time it is called, as another process would.
FACTORIES: dict[str, Callable[[Path], Store]] = {"sqlite": lambda folder: SqliteStore(str(folder / "store.db"))}


@pytest.fixture(params=FACTORIES)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def open_() -> Store:
        opened.append(FACTORIES[request.param](tmp_path))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()


@pytest.fixture
def history(store: Store) -> History:
    fill(store)
    return History(store, timezone="Europe/Moscow")

"""For all tests of the Python surface."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gatepost.store import Store
from gatepost.store.sqlite import SqliteStore

# In CI the same examples each time: a red run is the change's, and comes again on any machine.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

# Every kind of store. A factory opens the same store each time it is called, as another process would.
STORES: dict[str, Callable[[Path], Store]] = {"sqlite": lambda folder: SqliteStore(str(folder / "store.db"))}


def pytest_configure() -> None:
    """Ctrl-C is tested on children of this process. A shell that starts the tests in the background has them ignore it,
    and their children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=STORES)
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def open_() -> Store:
        opened.append(STORES[request.param](tmp_path))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()

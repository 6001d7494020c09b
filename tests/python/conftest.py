"""For all tests of the Python surface."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from postgresql_server import PostgresqlServer, programs

from gatepost.store import Store, open_store

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

STORES = ("sqlite", "postgresql")
"""Every kind of store: the conformance suite runs on each."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=6, help="how often test_kills.py kills workers and databases")


def pytest_configure() -> None:
    """Ctrl-C is tested on children of this process. A shell that starts the tests in the background has them ignore it,
    and their children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """One for all tests of this process; each store has a schema of its own."""
    if programs() is None:
        why = "no PostgreSQL here: apt-get install postgresql"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    server = PostgresqlServer()
    yield server
    server.close()


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a store that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return server.url()


@pytest.fixture
def open_again(store_url: str) -> Iterator[Callable[[], Store]]:
    """Opens the same store each time it is called, as another process would."""
    opened: list[Store] = []

    def open_() -> Store:
        opened.append(open_store(store_url))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()

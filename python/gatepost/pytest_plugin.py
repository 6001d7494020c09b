"""pytest fixtures: `sink`, a fresh SMTP sink for each test, and `make_sink`, which makes sinks of any profile.

Every sink listens on a port that the system picks, so tests may run in parallel. A test that fails shows the last
SMTP conversations of its sinks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .sinks import Sink

_SINKS: pytest.StashKey[list[Sink]] = pytest.StashKey()


@pytest.fixture
def make_sink(request: pytest.FixtureRequest) -> Iterator[Callable[..., Sink]]:
    """Makes sinks (`make_sink("demo_gate", tls="starttls")`; the arguments of `gatepost.Sink`) and closes them all."""
    from .sinks import Sink

    sinks = request.node.stash.setdefault(_SINKS, [])

    def make(*arguments: object, **options: object) -> Sink:
        sink = Sink(*arguments, **options)  # type: ignore[arg-type]
        sinks.append(sink)
        return sink

    yield make
    with ExitStack() as ends:  # all of them, also where one raises what its on_letter did
        for sink in reversed(sinks):
            ends.callback(sink.close)
        sinks.clear()


@pytest.fixture
def sink(make_sink: Callable[..., Sink]) -> Sink:
    """A fresh SMTP sink that takes every letter: `sink.url`, `sink.wait(1)`, `sink.rules.add(...)`."""
    return make_sink()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds the last SMTP conversations to the report of a failed test."""
    report = yield
    if report.when == "call" and report.failed:
        for sink in item.stash.get(_SINKS, []):
            if text := sink.transcripts():
                report.sections.append((f"SMTP conversations of {sink!r}", text))
    return report

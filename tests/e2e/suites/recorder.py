"""pytest plugin part: writes down how each test of somebody else's suite went."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from .outcomes import Observed


class Recorder:
    """One Observed per test, as JSON at the end.

    `contacts` counts what gatepost did so far: a test during which it does not grow did not reach us. `words` is
    emptied before each test and holds the pairs of replies that differ in their text after it.
    """

    def __init__(self, path: Path, contacts: Callable[[], int], words: list[tuple[str, str]]) -> None:
        self._path = path
        self._contacts = contacts
        self._words = words
        self._failures: list[str] = []
        self._observed: list[Observed] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._words.clear()
        self._failures.clear()
        before = self._contacts()
        result = yield
        self._observed.append(
            Observed(
                test=f"{item.path.name}::{item.nodeid.partition('::')[2]}",
                passed=not self._failures,
                reached=self._contacts() > before,
                detail=self._failures[0] if self._failures else "",
                words=tuple(self._words),
            )
        )
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            crash = getattr(report.longrepr, "reprcrash", None)
            message = " ".join(str(crash.message if crash else report.longrepr).split())
            self._failures.append(f"{report.when}: {message}"[:300])

    def pytest_sessionfinish(self) -> None:
        self._path.write_text(json.dumps([asdict(seen) for seen in self._observed], indent=1))


def add_option(parser: Any) -> None:
    """--observed FILE."""
    parser.addoption("--observed", type=Path, required=True, help="where to write what was seen")

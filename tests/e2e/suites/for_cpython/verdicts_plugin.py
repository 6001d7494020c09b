"""pytest plugin (-p suites.for_cpython.verdicts_plugin) for verdicts.py: every test there uses our client."""

from __future__ import annotations

import itertools

import pytest

from ..recorder import Recorder, add_option

pytest_addoption = add_option
_count = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Recorder(config.getoption("--observed"), lambda: next(_count), []))

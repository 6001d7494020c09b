"""tools/requirement_ids.py: ids of requirements are found where users read, and nothing else is."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(TOOLS)
    return importlib.import_module("requirement_ids")


@pytest.mark.parametrize(
    "source",
    [
        'class Limits:\n    """Bounds (G5)."""\n\n    per_hour: int\n',
        'class Limits:\n    def check(self):\n        """As requirement B12 says."""\n',
        'SUMMARY = "takes every letter" " from everybody (G3)"\n',
    ],
)
def test_an_id_that_users_read_is_found(ids: ModuleType, source: str) -> None:
    assert len(list(ids.faults(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'class _Limits:\n    """Bounds (G5)."""\n',
        'def hash(text):\n    """SHA256, X509 and the controls of C1."""\n',
        'PATTERN = "[A-Z0-9]{1,40}"\n',
    ],
)
def test_what_is_no_id_or_not_read_by_users_is_left_alone(ids: ModuleType, source: str) -> None:
    assert list(ids.faults(source)) == []

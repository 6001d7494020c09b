"""A minute that is short enough to wait for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import gatepost as gp
from gatepost.sending import limits

Within = Callable[[gp.Sink, int], bool]


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> float:
    """Seconds that `per_minute` means in this test."""
    monkeypatch.setattr(limits, "MINUTE", 1.5)
    return 1.5

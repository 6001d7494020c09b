"""A minute that is short enough to wait for."""

from __future__ import annotations

import pytest

from gatepost.sending import limits


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> float:
    """Seconds that `per_minute` means in this test."""
    monkeypatch.setattr(limits, "MINUTE", 1.5)
    return 1.5

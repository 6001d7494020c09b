"""A small history whose numbers can be counted by hand."""

from __future__ import annotations

import pytest
from history_samples import fill

from gatepost.history import History
from gatepost.store import Store


@pytest.fixture
def history(store: Store) -> History:
    fill(store)
    return History(store, timezone="Europe/Moscow")

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from campaign_samples import PEOPLE, TEMPLATE
from fake_engine import Journal, Program, Server

from gatepost import _core
from gatepost.accounts import Account
from gatepost.campaigns import Campaign


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """The scripted engine in the place of the native one."""
    fake = Server()
    monkeypatch.setattr(_core, "Engine", fake.engine)
    monkeypatch.setattr(_core, "OutcomeQueue", fake.queue)
    monkeypatch.setattr(_core, "Journal", Journal)
    monkeypatch.setattr(_core, "MergeProgram", Program)
    monkeypatch.setattr(Campaign, "_clock", staticmethod(fake.clock))
    monkeypatch.setattr(Campaign, "_run_clock", staticmethod(lambda: fake.clock))
    return fake


@pytest.fixture
def account() -> Account:
    return Account("smtp://127.0.0.1:2525", name="main", sender="news@example.com")


@pytest.fixture
def store_path(tmp_path: Path) -> str:
    return str(tmp_path / "campaigns.db")


@pytest.fixture
def make(account: Account, store_path: str) -> Callable[..., Campaign]:
    def campaign(name: str = "october", **options: Any) -> Campaign:
        defaults = {"template": TEMPLATE, "recipients": PEOPLE, "accounts": [account], "store": store_path}
        return Campaign(name, **{**defaults, **options})

    return campaign

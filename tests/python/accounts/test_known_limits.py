"""An account of which only the URL is known keeps to what its provider allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatepost.accounts import Account, keep_known_limits
from gatepost.accounts.presets import PRESETS
from gatepost.sending.limits import Limits


@pytest.fixture(autouse=True)
def no_own_presets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATEPOST_ACCOUNTS", str(tmp_path / "accounts.toml"))


def test_limits_of_the_provider_fill_what_the_account_leaves_open() -> None:
    preset = PRESETS["yandex"]
    account = Account(f"smtps://ivan%40yandex.ru:secret@{preset.host}", limits=Limits(per_hour=3))
    said = keep_known_limits(account)
    assert account.limits == Limits(per_hour=3).completed_by(preset.limits)
    assert preset.title in said and "ivan@yandex.ru" in said and "secret" not in said
    assert account._rule("per_day") != "the account's own limits" or preset.limits.per_day is None


def test_an_unknown_server_and_one_with_limits_of_its_own_stay_as_they_are() -> None:
    assert keep_known_limits(Account("smtps://mail.example.com")) == ""
    account = Account("smtp://127.0.0.1:2525", limits=Limits(per_hour=3))
    assert keep_known_limits(account) == "" and account.limits == Limits(per_hour=3)

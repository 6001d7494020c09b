"""For tests of the accounts file: a file and its state of their own, no keyring, an environment without secrets."""

from __future__ import annotations

import os
from pathlib import Path

import keyring
import pytest
from accounts_samples import Written
from keyring.backends import null

import gatepost as gp


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [one for one in os.environ if one.startswith("GATEPOST_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # of processes that tests start
    monkeypatch.setattr(keyring, "get_keyring", null.Keyring)
    monkeypatch.setenv("GATEPOST_ACCOUNTS", str(tmp_path / "accounts.toml"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes the accounts file and opens it."""

    def write(text: str) -> gp.AccountsFile:
        file = tmp_path / "accounts.toml"
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
        return gp.AccountsFile()

    return write


@pytest.fixture
def news(sink: gp.Sink) -> str:
    """The table of an account at the sink, with a login."""
    return (
        f'[news]\nurl = "{sink.url}"\nlogin = "ivan"\nsender = "Новости <news@example.com>"\n'
        f"auth.allow_cleartext = true\n"
    )

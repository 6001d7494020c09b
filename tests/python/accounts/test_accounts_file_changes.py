"""Changing an accounts file: by commands, by several at once, beside what people wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from accounts_samples import SECRET, Written

import gatepost as gp
from gatepost.accounts.file import document, lock

COMMENTED = """# Our accounts. Ask Olga before you change them.

[news]  # newsletters
url = "smtp://mx.example.com"   # the old gate
sender = "News <news@example.com>"

# do not touch
[bills]
url = "smtp://bills.example.com"

[bills.limits]
per_hour = 20  # agreed with the provider
"""


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    settings = {"url": "smtps://ivan@mx.example.com", "sender": "Иван <ivan@example.com>", "limits.per_hour": 5}
    entry = gp.accounts.add("почта", settings, password=SECRET)
    assert entry.account.limits.per_hour == 5 and entry.created > 0
    assert repr(gp.accounts["почта"]) == repr(entry.account)
    assert gp.accounts["почта"]._password == SECRET
    file = tmp_path / "accounts.toml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET not in file.read_text()


def test_a_wrong_account_is_not_added_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(gp.InputError, match="did you mean url"):
        gp.accounts.add("news", {"ulr": "smtp://h"}, password=SECRET)
    assert not (tmp_path / "accounts.toml").exists()
    gp.accounts.add("news", {"url": "smtp://h"})
    with pytest.raises(gp.InputError, match="there is an account 'news' already"):
        gp.accounts.add("news", {"url": "smtp://other"})
    assert gp.accounts["news"].host == "h"


def test_edits_leave_comments_and_other_tables_as_they_are(written: Written) -> None:
    accounts = written(COMMENTED)
    accounts.edit("news", {"url": "smtp://new.example.com", "limits.per_day": 100})
    accounts.edit("bills", {"limits.per_hour": None, "active": False})
    text = accounts.path.read_text()
    for comment in ("# Our accounts", "# newsletters", "# the old gate", "# do not touch"):
        assert comment in text
    assert accounts["news"].host == "new.example.com"
    assert accounts.entry("news").account.limits == gp.Limits(per_day=100)
    assert accounts.entry("bills").account.limits == gp.Limits()
    assert not accounts.entry("bills").active


def test_an_edit_that_would_break_the_account_changes_nothing(written: Written) -> None:
    accounts = written(COMMENTED)
    for changes in ({"limits.per_hour": 0}, {"url": None}, {"limits": 5}, {"nonsense": 1}):
        with pytest.raises(gp.InputError):
            accounts.edit("news", changes)
    assert accounts.path.read_text() == COMMENTED


def test_an_edit_mends_one_account_though_another_is_wrong_too(written: Written) -> None:
    accounts = written("[a]\nulr = 'smtp://a'\n[b]\nulr = 'smtp://b'\n")
    with pytest.raises(gp.InputError, match="did you mean url"):
        accounts.edit("a", {"url": "smtp://a"})


def test_removing_takes_secrets_and_state_along(tmp_path: Path) -> None:
    gp.accounts.add("news", {"url": "smtp://ivan@h"}, password=SECRET)
    gp.accounts.pause("news", "holidays")
    gp.accounts.remove("news")
    assert list(gp.accounts) == []
    gp.accounts.add("news", {"url": "smtp://h"})
    assert gp.accounts.state("news").status == "active"
    with pytest.raises(gp.InputError, match="no password found"):
        gp.accounts.edit("news", {"login": "ivan"})
        gp.accounts["news"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "accounts.toml"
    real.parent.mkdir()
    real.write_text(COMMENTED)
    real.chmod(0o600)
    (tmp_path / "accounts.toml").symlink_to(real)
    gp.accounts.edit("news", {"active": False})
    assert (tmp_path / "accounts.toml").is_symlink()
    assert "active = false" in real.read_text()


def test_many_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, gatepost as gp\n"
        "for i in range(5): gp.accounts.add(f'{sys.argv[1]}-{i}', {'url': 'smtp://ivan@h'}, password='pw')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("a", "b", "c")]
    assert [one.wait(timeout=120) for one in writers] == [0, 0, 0]
    assert sorted(gp.accounts) == sorted(f"{name}-{i}" for name in "abc" for i in range(5))
    assert all(gp.accounts[name].login == "ivan" for name in gp.accounts)
    assert not [one for one in tmp_path.rglob(".accounts*") if not one.name.endswith(".lock")]


def test_a_writer_that_never_ends_is_named(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    refused = pytest.raises(gp.InputError, match="another program is changing it")
    with lock.locked(file), refused, lock.locked(file, patience=0):
        pass


def test_a_full_disk_leaves_the_old_file(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = written(COMMENTED)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(document.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        accounts.edit("news", {"active": False})
    assert accounts.path.read_text() == COMMENTED
    assert not list(accounts.path.parent.glob(".accounts.toml.[0-9]*"))

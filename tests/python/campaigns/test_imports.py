"""A long list comes into a store in which other campaigns run."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import gatepost as gp
from gatepost.campaigns import making
from gatepost.store.sqlite import SqliteStore

TEMPLATE = gp.Template(subject="x", text="x")


def people(count: int) -> Iterator[dict[str, str]]:
    return ({"email": f"u{i}@example.com"} for i in range(count))


def test_another_writer_gets_its_turn_while_a_list_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_CHUNK", 100)
    store = str(tmp_path / "c.db")
    written: list[bool] = []

    def rows() -> Iterator[dict[str, str]]:
        for i, row in enumerate(people(1000)):
            if i == 550:
                with SqliteStore(store, busy_timeout=0.0) as other:
                    other.suppress([f"s{i}@example.com"], "x", 1.0)
                    written.append(True)
            yield row

    account = gp.Account("smtp://127.0.0.1:1", sender="a@example.com")
    with gp.Campaign("c", template=TEMPLATE, recipients=rows(), accounts=account, store=store) as campaign:
        assert written == [True]
        assert campaign.status().state == "new" and campaign.status().total == 1000


def test_a_process_that_dies_while_it_reads_a_list_leaves_a_campaign_that_the_same_command_makes_whole(
    tmp_path: Path,
) -> None:
    store = str(tmp_path / "c.db")
    script = f"""
import os
import gatepost as gp
from gatepost.campaigns import making
making._CHUNK = 100
def rows():
    for i in range(1000):
        if i == 550:
            os._exit(9)
        yield {{"email": f"u{{i}}@example.com"}}
gp.Campaign("c", template=gp.Template(subject="x", text="x"), recipients=rows(), store={store!r},
            accounts=gp.Account("smtp://127.0.0.1:1", sender="a@example.com"))
"""
    assert subprocess.run([sys.executable, "-c", script], env=os.environ, check=False).returncode == 9
    with gp.Sink() as sink:
        account = sink.account(sender="a@example.com")
        with (
            gp.Campaign.open("c", store=store, accounts=account) as broken,
            pytest.raises(gp.StoreError, match="give the list again"),
        ):
            broken.run(progress=False)
        with gp.Campaign("c", template=TEMPLATE, recipients=people(1000), accounts=account, store=store) as campaign:
            assert campaign.run(progress=False).counts == {"accepted": 1000}


def test_a_bad_row_late_in_a_list_leaves_no_campaign_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_CHUNK", 100)
    store = str(tmp_path / "c.db")

    def rows() -> Iterator[dict[str, str]]:
        yield from people(550)
        raise RuntimeError("the database of customers is gone")

    account = gp.Account("smtp://127.0.0.1:1", sender="a@example.com")
    with pytest.raises(RuntimeError, match="customers"):
        gp.Campaign("c", template=TEMPLATE, recipients=rows(), accounts=account, store=store)
    with SqliteStore(store) as opened:
        assert opened.campaigns() == []


def test_a_list_that_is_being_read_elsewhere_is_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_CHUNK", 100)
    store, account = str(tmp_path / "c.db"), gp.Account("smtp://127.0.0.1:1", sender="a@example.com")
    half, done = threading.Event(), threading.Event()

    def rows() -> Iterator[dict[str, str]]:
        for i, row in enumerate(people(500)):
            if i == 250:
                half.set()
                assert done.wait(60)
            yield row

    made: list[gp.Campaign] = []
    first = threading.Thread(
        target=lambda: made.append(
            gp.Campaign("c", template=TEMPLATE, recipients=rows(), accounts=account, store=store)
        )
    )
    first.start()
    assert half.wait(60)
    try:
        with pytest.raises(gp.StoreError, match=r"running already|being read"):
            gp.Campaign("c", template=TEMPLATE, recipients=people(500), accounts=account, store=store)
    finally:
        done.set()
        first.join()
    assert made[0].status().total == 500

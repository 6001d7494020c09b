"""Processes that share a store share an account's limits; the sink's clock judges."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from judge import letter, most_in_any

import gatepost as gp

SCRIPT = """
import sys, time
import gatepost as gp
from gatepost.sending import limits
limits.MINUTE = {minute}
how, url, store, count, most = sys.argv[1:]
account = gp.Account(url, "news", limits=gp.Limits(per_minute=int(most)))
letter = gp.Message(from_="ivan@example.com", to="olga@example.com", subject="x", text="x")
if how == "campaign":
    campaign = gp.Campaign("c" + str(time.time_ns()), template=gp.Template(subject="x", text="x"),
        recipients=[dict(email=f"u{{i}}@example.com") for i in range(int(count))],
        from_="ivan@example.com", accounts=[account], store=store)
    print(campaign.run(progress=False).state)
elif how == "mailer":
    with gp.History(store) as history, gp.Mailer(account, history=history) as mailer:
        print(sum(result.ok for result in mailer.send_many([letter] * int(count))))
elif how == "sends":
    with gp.History(store) as history:
        for _ in range(int(count)):
            gp.send(account, letter, history=history)
elif how == "hang":
    history = gp.History(store)
    mailer = gp.Mailer(account, history=history)
    list(mailer.send_many([letter] * int(count)))
"""


def start(how: str, url: str, store: Path, count: int, most: int, minute: float) -> subprocess.Popen[str]:
    script = SCRIPT.format(minute=minute)
    return subprocess.Popen(
        [sys.executable, "-c", script, how, url, str(store), str(count), str(most)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def finish(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output


def test_three_processes_that_send_share_the_limit(sink: gp.Sink, tmp_path: Path) -> None:
    finish(*(start("sends", sink.url, tmp_path / "h.db", 2, 1, 1.5) for _ in range(3)))
    assert sink.received == 6
    assert most_in_any(sink, 1.5) == 1


def test_mailers_sends_and_campaigns_of_processes_share_the_limit(sink: gp.Sink, tmp_path: Path) -> None:
    kinds = ["mailer", "campaign", "sends", "mailer", "campaign"]
    finish(*(start(how, sink.url, tmp_path / "h.db", 8, 6, 2.0) for how in kinds))
    assert sink.received == 40
    assert most_in_any(sink, 2.0) <= 6


def test_tokens_are_not_left_lying_when_letters_wait(sink: gp.Sink, tmp_path: Path) -> None:
    began = time.monotonic()
    finish(*(start("mailer", sink.url, tmp_path / "h.db", 200, 400, 1.5) for _ in range(2)))
    assert sink.received == 400
    assert time.monotonic() - began < 60


def test_a_process_that_is_killed_leaves_its_tokens_to_the_others(sink: gp.Sink, tmp_path: Path) -> None:
    sink.rules.add(phase="final", nth=3, delay=60)
    store = tmp_path / "h.db"
    dead = start("hang", sink.url, store, 9, 3, 2.0)
    sink.wait(2, timeout=30)
    dead.send_signal(signal.SIGKILL)
    dead.communicate(timeout=20)
    sink.rules.clear()
    finish(start("mailer", sink.url, store, 3, 3, 2.0))
    assert most_in_any(sink, 2.0) <= 3


def test_a_restarted_process_keeps_to_what_it_sent_before(sink: gp.Sink, tmp_path: Path) -> None:
    for _ in range(2):
        finish(start("mailer", sink.url, tmp_path / "h.db", 2, 2, 4.0))
    assert sink.received == 4
    assert most_in_any(sink, 4.0) <= 2


def test_letters_of_the_history_count_once(sink: gp.Sink, tmp_path: Path) -> None:
    """They are told to a campaign that follows in the same process, which has counted them itself."""
    store = tmp_path / "h.db"
    account = gp.Account(sink.url, "news", limits=gp.Limits(per_hour=3))
    with gp.History(store) as history:
        gp.send(account, letter(), history=history)
    for name in ("one", "two"):
        with gp.Campaign(
            name,
            template=gp.Template(subject="x", text="x"),
            recipients=[{"email": f"{name}@example.com"}],
            from_="ivan@example.com",
            accounts=[account],
            store=str(store),
        ) as campaign:
            assert campaign.run(progress=False, max_seconds=20).state == "done"
    assert sink.received == 3


def test_letters_that_an_older_version_sent_count(sink: gp.Sink, tmp_path: Path) -> None:
    store = tmp_path / "h.db"
    with gp.History(store) as history:
        gp.send(gp.Account(sink.url, "news"), letter(), history=history)  # without limits: in the history alone
    with gp.Campaign(
        "one",
        template=gp.Template(subject="x", text="x"),
        recipients=[{"email": "u@example.com"}],
        from_="ivan@example.com",
        accounts=[gp.Account(sink.url, "news", limits=gp.Limits(per_hour=1))],
        store=str(store),
    ) as campaign:
        report = campaign.run(progress=False, max_seconds=2)
    assert (report.state, sink.received) == ("paused", 1)


def test_while_another_program_locks_the_store_only_those_wait_who_share_their_limits_there(
    sink: gp.Sink, tmp_path: Path
) -> None:
    store = tmp_path / "h.db"
    account = gp.Account(sink.url, limits=gp.Limits(per_hour=9))
    another = gp.Account(sink.url.replace("//", "//olga:x@"), limits=gp.Limits(per_hour=9))
    with gp.History(store) as history, gp.Mailer(account, history=history) as mailer, ThreadPoolExecutor(2) as pool:
        with closing(sqlite3.connect(store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            shared = [pool.submit(mailer.send, letter()), pool.submit(gp.send, account, letter())]
            assert gp.send(another, letter(), timeout=20).ok
            assert not any(sending.done() for sending in shared)
        assert all(sending.result(timeout=20).ok for sending in shared)
    assert sink.received == 3


def test_a_store_that_was_closed_is_named_in_the_log(
    sink: gp.Sink, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = gp.Account(sink.url, limits=gp.Limits(per_hour=9))
    history = gp.History(tmp_path / "h.db")
    with gp.Mailer(account, history=history) as mailer:
        history.close()
        with pytest.raises((TimeoutError, gp.StoreError)):
            mailer.send(letter(), timeout=1.5)
    assert "its limits cannot be shared: store" in caplog.text
    assert "it was closed" in caplog.text
    assert sink.received == 0


MORE = """
import sys
import gatepost as gp
url, store, most = sys.argv[1:]
account = gp.Account(url, limits=gp.Limits(per_minute=int(most)))
with gp.History(store) as history:
    for i in range(4):
        try:
            gp.send(account, from_="a@b.example", to="u@y.example", text="t", subject="s", history=history, timeout=1)
        except TimeoutError:
            break
"""


@pytest.mark.parametrize("order", ["without, then with", "with, then without", "a mailer with it is open"])
def test_letters_without_a_history_count_in_the_store_that_their_process_shares(
    sink: gp.Sink, tmp_path: Path, order: str
) -> None:
    store, most = str(tmp_path / "h.db"), 5
    account = gp.Account(sink.url, limits=gp.Limits(per_minute=most))

    def send(history: gp.History | None) -> None:
        gp.send(account, from_="a@b.example", to="u@y.example", text="t", subject="s", history=history)

    with gp.History(store) as history:
        if order == "without, then with":
            send(None), send(None), send(history)
        elif order == "with, then without":
            send(history), send(None), send(None)
        else:
            with gp.Mailer(account, history=history) as mailer:
                mailer.send(gp.Message(from_="a@b.example", to="u@y.example", text="t"))
                send(None), send(None)
        script = [sys.executable, "-c", MORE, sink.url, store, str(most)]
        for process in [subprocess.Popen(script) for _ in range(2)]:
            assert process.wait(60) == 0
    assert sink.received == most


def test_a_mailer_without_a_history_goes_on_where_the_one_that_it_shared_was_closed(
    sink: gp.Sink, tmp_path: Path
) -> None:
    account = gp.Account(sink.url, limits=gp.Limits(per_minute=50))
    letter = gp.Message(from_="a@b.example", to="u@y.example", text="t")
    history = gp.History(tmp_path / "h.db")
    gp.send(account, letter, history=history)
    with gp.Mailer(account) as mailer:
        mailer.send(letter)
        history.close()
        for _ in range(3):
            mailer.send(letter, timeout=20)
    assert sink.received == 5

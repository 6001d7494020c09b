"""Several workers send one campaign: they come and go, die and freeze, and nobody is skipped or gets two letters."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from worker_processes import Workers, letters_by_address, make, states, until, workers

import gatepost as gp
from gatepost.campaigns import AlreadyRunning
from gatepost.store import Store, StoreError
from gatepost.store.sqlite import SqliteStore

ROWS = 600


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    """One that takes its time over each letter."""
    with gp.Sink() as sink:
        sink.rules.add(phase="final", delay=0.05)
        yield sink


@pytest.fixture
def started(store_url: str, sink: gp.Sink, tmp_path: Path) -> Iterator[Workers]:
    make(store_url, sink.url, ROWS).close()
    with workers(store_url, sink.url, tmp_path / "state", lease=4.0) as some:
        yield some


def test_workers_share_a_list_and_leave_nothing_behind(
    started: Workers, open_again: Callable[[], Store], sink: gp.Sink, tmp_path: Path
) -> None:
    for _ in range(3):
        started.start()
    said = started.finish()
    assert all("done" in each for each in said)
    store = open_again()
    assert set(states(store).values()) == {"accepted"}
    assert set(letters_by_address(sink).values()) == {1} and sink.received == ROWS
    assert store.workers(1) == [] and store.campaigns()[0].state == "done"
    assert [file for file in tmp_path.rglob("*") if file.suffix in (".run", ".journal")] == []


def test_a_worker_that_leaves_on_sigterm_pauses_nobody_else(
    started: Workers, open_again: Callable[[], Store], sink: gp.Sink
) -> None:
    leaves, _ = started.start(), started.start()
    store = open_again()
    until(lambda: len(store.workers(1)) == 2 and sink.received > 20, "two workers that send")
    leaves.send_signal(signal.SIGINT)
    started.finish() if leaves.wait(60) == 0 else None
    assert store.campaigns()[0].state == "done"
    assert set(letters_by_address(sink).values()) == {1} and sink.received == ROWS


def test_what_a_killed_worker_held_is_settled_by_its_journal_and_sent_by_the_others(
    started: Workers, open_again: Callable[[], Store], sink: gp.Sink
) -> None:
    victim, _ = started.start(), started.start()
    store = open_again()
    until(lambda: len(store.workers(1)) == 2 and sink.received > 50, "two workers that send")
    started.kill(victim)
    started.finish()
    found, got = states(store), letters_by_address(sink)
    assert set(got.values()) == {1}
    unknown = [address for address, state in found.items() if state == "unknown"]
    assert len(unknown) <= 2  # one for each connection
    assert {address for address, state in found.items() if state == "accepted"} <= got.keys()
    assert len(found) == ROWS and set(found.values()) <= {"accepted", "unknown"}
    assert store.workers(1) == []


def freeze(process: subprocess.Popen[str], store: Store) -> None:
    """At a moment in which it does not write: a file that somebody writes to is closed to all others, PostgreSQL ends
    such a transaction by itself."""
    while True:
        process.send_signal(signal.SIGSTOP)
        if "://" in store.identity:
            return
        with suppress(StoreError), SqliteStore(store.url, busy_timeout=0.1) as other:
            other.set_fact("looked_at", "now")
            return
        process.send_signal(signal.SIGCONT)


def test_a_worker_frozen_beyond_its_lease_writes_nothing_and_its_journal_tells_the_rest_when_it_wakes(
    started: Workers, open_again: Callable[[], Store], sink: gp.Sink
) -> None:
    frozen = started.start()
    store = open_again()
    until(lambda: sink.received > 20, "letters of the first worker")
    freeze(frozen, store)
    [held] = [each.held for each in store.workers(1)]
    other = started.start()
    until(lambda: any(each.lost for each in store.workers(1)), "the other to notice")
    until(lambda: other.poll() is not None, "the other to send the rest")
    assert store.campaigns()[0].state == "done"
    before = states(store)
    unknown = {address for address, state in before.items() if state == "unknown"}
    assert 0 < len(unknown) <= held
    assert set(before.values()) == {"accepted", "unknown"}
    frozen.send_signal(signal.SIGCONT)
    started.finish()
    found, got = states(store), letters_by_address(sink)
    assert {address: state for address, state in found.items() if address not in unknown} == {
        address: state for address, state in before.items() if address not in unknown
    }
    assert set(got.values()) == {1}
    assert len(found) == ROWS and set(found.values()) <= {"accepted", "unknown"}
    assert sum(state == "unknown" for state in found.values()) <= 2
    assert store.workers(1) == []


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_run_that_wants_the_campaign_alone_is_refused_while_workers_are_at_it(
    store_url: str, started: Workers, sink: gp.Sink
) -> None:
    started.start()
    until(lambda: sink.received > 5, "a worker that sends")
    account = gp.Account(sink.url, sender="news@example.com")
    with gp.Campaign.open("october", store=store_url, accounts=[account]) as campaign, pytest.raises(AlreadyRunning):
        campaign.run()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_over_machines_a_run_in_this_process_is_one_worker_more(
    store_url: str, started: Workers, sink: gp.Sink
) -> None:
    started.start()
    until(lambda: sink.received > 5, "a worker that sends")
    with gp.Campaign.open("october", store=store_url, accounts=[gp.Account(sink.url, name="news")]) as campaign:
        assert campaign.work(progress=False, lease=4.0).ok
    started.finish()
    assert set(letters_by_address(sink).values()) == {1} and sink.received == ROWS


def test_pause_stops_all_workers(
    store_url: str, started: Workers, open_again: Callable[[], Store], sink: gp.Sink
) -> None:
    both = [started.start(), started.start()]
    store = open_again()
    until(lambda: len(store.workers(1)) == 2 and sink.received > 20, "two workers that send")
    with gp.Campaign.open("october", store=store_url) as campaign:
        assert campaign.status().broken_off == ""
        campaign.pause()
    assert [each.wait(60) for each in both] == [0, 0]
    assert store.campaigns()[0].state == "paused" and store.workers(1) == []
    assert sink.received < ROWS
    assert list(states(store).values()).count("accepted") == sink.received


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_what_a_worker_of_a_dead_machine_held_is_unknown_until_the_machine_comes_back(
    started: Workers, open_again: Callable[[], Store], sink: gp.Sink
) -> None:
    lost = started.start(machine="2")
    store = open_again()
    until(lambda: sink.received > 20, "letters from the other machine")
    started.kill(lost)
    [held] = [each.held for each in store.workers(1)]
    started.start()
    started.finish()
    unknown = {address for address, state in states(store).items() if state == "unknown"}
    assert 0 < len(unknown) <= held
    assert set(letters_by_address(sink).values()) == {1}
    with gp.Campaign.open("october", store=store) as campaign:
        assert "workers that fell silent" in str(campaign.explain())
        with pytest.raises(StoreError, match="whose journals bear its name"):
            campaign.rename("november")
    started.start(machine="2")  # comes back
    started.finish()
    found, got = states(store), letters_by_address(sink)
    assert set(got.values()) == {1}
    assert sum(state == "unknown" for state in found.values()) <= 2
    assert {address for address, state in found.items() if state == "accepted"} <= got.keys()
    assert store.workers(1) == []

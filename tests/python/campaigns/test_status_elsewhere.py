"""What another process can see of a run: what holds it, who is at work, and when it may be done."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import gatepost as gp
from gatepost.campaigns import Campaign, CampaignStatus
from gatepost.campaigns.estimate import seconds_left
from gatepost.campaigns.run.doing import Doing, Hold, read_doing, together
from gatepost.store import open_store

TEMPLATE = gp.Template(subject="x", text="x")


@contextmanager
def running(campaign: Campaign) -> Iterator[None]:
    """It runs in a thread, until it is paused at the end."""
    thread = threading.Thread(target=campaign.run, args=(False,))
    thread.start()
    try:
        yield
    finally:
        campaign.pause()
        thread.join(30)
        assert not thread.is_alive()


def made(store: Path, rows: int, *accounts: gp.Account, domain: str = "example.com", **options: object) -> Campaign:
    people = [f"user{i}@{domain}" for i in range(rows)]
    return gp.Campaign(
        "autumn", template=TEMPLATE, recipients=people, accounts=accounts, store=store, from_="news@x.ru", **options
    )


def seen(store: Path, fits: Callable[[CampaignStatus], bool]) -> tuple[CampaignStatus, str]:
    """The status and the explanation that somebody else sees, once it is as wanted."""
    with Campaign.open("autumn", store=store, accounts=[]) as other:
        deadline = time.monotonic() + 20
        while not fits(status := other.status()):
            assert time.monotonic() < deadline, str(status)
            time.sleep(0.05)
        return status, str(other.explain())


def test_a_limit_that_is_used_up_is_named_with_its_end_and_an_eta_that_knows_it(tmp_path: Path) -> None:
    store = tmp_path / "c.db"
    limits = gp.Limits(per_hour=3)
    with gp.Sink() as sink, made(store, 8, gp.Account(sink.url, name="main", limits=limits)) as one, running(one):
        status, explained = seen(store, lambda one: bool(one.holds) and one.left == 5)
    [hold] = status.holds
    assert (hold.kind, hold.name) == ("limit", "main") and "the limit of 3 letters in 3600 s is used up" in hold.why
    assert hold.until is not None and 3500 < hold.until - time.time() < 3700
    assert status.seconds_left == pytest.approx(7200, abs=120)  # 3 more in an hour, the last 2 in another
    assert list(status.workers) == [f"{os.uname().nodename}:{os.getpid()}"]
    assert status.to_dict()["holds"][0]["kind"] == "limit"
    for words in ("account main waits: the limit of 3 letters", "1 worker at work", "It may be done in "):
        assert words in str(status) and words in explained


def test_a_server_that_is_away_is_named_with_since_when_and_the_next_try(tmp_path: Path) -> None:
    with gp.Sink() as sink:
        url = sink.url  # nobody is there any more
    with made(tmp_path / "c.db", 2, gp.Account(url, name="main")) as campaign, running(campaign):
        status, explained = seen(tmp_path / "c.db", lambda one: any(hold.kind == "server" for hold in one.holds))
    [hold] = status.holds
    assert hold.since is not None and hold.until is not None and hold.until >= hold.since
    assert "account main: its server is away since " in explained and "; next try at " in explained


def test_a_login_that_fails_is_shown_while_another_account_waits_for_its_limit(tmp_path: Path) -> None:
    store = tmp_path / "c.db"
    with gp.Sink() as bad, gp.Sink() as good:
        bad.rules.add(phase="mail", reply="535 5.7.8 Incorrect login or password")
        accounts = (
            gp.Account(bad.url, name="broken"),
            gp.Account(good.url, name="slow", limits=gp.Limits(per_hour=1)),
        )
        with made(store, 3, *accounts) as campaign, running(campaign):
            status, explained = seen(store, lambda one: len(one.holds) == 2)
    assert {hold.kind for hold in status.holds} == {"account", "limit"}
    assert "account broken stopped: " in explained and "Incorrect login or password" in explained
    assert "account slow waits: the limit of 1 letter" in explained


def test_a_domain_that_wants_less_is_named(tmp_path: Path) -> None:
    store = tmp_path / "c.db"
    with gp.Sink() as sink:
        sink.rules.add(phase="rcpt", reply="450 4.7.1 Too many messages, slow down")
        with made(store, 1600, gp.Account(sink.url, name="main"), domain="slow.example") as campaign, running(campaign):
            status, explained = seen(store, lambda one: any(hold.kind == "domain" for hold in one.holds))
    assert [hold.name for hold in status.holds if hold.kind == "domain"] == ["slow.example"]
    assert "domain slow.example waits until " in explained


def test_a_start_to_come_is_what_it_waits_for(tmp_path: Path) -> None:
    store = tmp_path / "c.db"
    start = "2099-01-01T09:00"
    with gp.Sink() as sink, made(store, 2, gp.Account(sink.url, name="main"), start_at=start) as one, running(one):
        status, explained = seen(store, lambda one: any(hold.kind == "start" for hold in one.holds))
    assert status.seconds_left is not None and status.seconds_left > 86400
    assert "2099-01-01 09:00" in explained


def test_a_pause_by_hand_says_who_and_why_to_whoever_looks_later(tmp_path: Path) -> None:
    store = tmp_path / "c.db"
    with gp.Sink() as sink:
        sink.rules.add(phase="final", delay=0.05)
        campaign = made(store, 2000, gp.Account(sink.url, name="main"))
        thread = threading.Thread(target=campaign.run, args=(False,))
        thread.start()
        seen(store, lambda one: one.counts.get("accepted", 0) > 0)
        with Campaign.open("autumn", store=store, accounts=[]) as other:
            other.pause("the price is wrong")
        thread.join(30)
        status, _ = seen(store, lambda one: one.state == "paused" and not one.workers)
        assert "asked to by pause(), " in status.why and "the price is wrong" in status.why
        campaign.close()


def test_a_pause_by_hand_of_a_campaign_that_does_not_run_takes_the_place_of_an_older_reason(tmp_path: Path) -> None:
    with gp.Sink() as sink, made(tmp_path / "c.db", 2, gp.Account(sink.url, name="main")) as campaign:
        campaign.pause("not before Monday")
        assert "not before Monday" in str(campaign.status())


def test_done_is_not_said_while_letters_are_in_somebodys_hands(tmp_path: Path) -> None:
    store = tmp_path / "c.db"
    with gp.Sink() as sink, made(store, 2, gp.Account(sink.url, name="main")) as campaign, open_store(store) as opened:
        worker = opened.join(1, "elsewhere:7", time.time())
        opened.lease(worker, 1, time.time())
        opened.set_state(1, "done")
        assert "not done yet, 1 letter out" in str(campaign.status())
        assert "not done yet" in str(campaign.explain())


def test_what_a_worker_does_is_written_as_it_is_read_and_several_are_told_together() -> None:
    one = Doing((Hold("limit", "a", "used up", until=5.0),), {"a": ((3, 60.0),)}, 2.0)
    other = Doing((Hold("limit", "a", "used up", until=9.0), Hold("domain", "x.ru", "slow", until=7.0)), {}, 1.0)
    assert read_doing(one.to_json()) == one and read_doing("") == Doing()
    both = together([one, other])
    assert [(hold.kind, hold.until) for hold in both.holds] == [("limit", 9.0), ("domain", 7.0)]
    assert (both.accounts, both.rate) == ({"a": ((3, 60.0),)}, 3.0)


@pytest.mark.parametrize(
    "letters, limits, busy, seconds",
    [
        (3, [(3, 60.0)], [[]], 0),
        (4, [(3, 60.0)], [[]], 60),
        (1, [(3, 60.0)], [[10.0, 20.0, 30.0]], 10),
        (4, [(3, 60.0)], [[10.0, 20.0, 30.0]], 70),
        (5, [(3, 60.0)], [[10.0]], 60),
        (5, [(3, 60.0), (4, 3600.0)], [[], [100.0]], 3600),
    ],
)
def test_the_time_that_limits_leave_knows_what_counts_against_them_already(
    letters: int, limits: list[tuple[int, float]], busy: list[list[float]], seconds: float
) -> None:
    assert seconds_left(letters, [(limits, busy)]) == pytest.approx(seconds, abs=1)

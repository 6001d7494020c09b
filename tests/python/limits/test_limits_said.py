"""Whoever waits for a limit learns which, and until when."""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from judge import letter

import gatepost as gp


@pytest.fixture
def hour(sink: gp.Sink) -> gp.Account:
    """An account whose only letter of this hour is sent."""
    account = gp.Account(sink.url, "news", limits=gp.Limits(per_hour=1))
    gp.send(account, letter())
    return account


def test_a_letter_that_cannot_go_in_time_is_refused_at_once_with_the_limit_and_the_time(hour: gp.Account) -> None:
    began = time.monotonic()
    with pytest.raises(gp.LimitReached, match=r"not sent, .*limit of 1 letter in 3600 s is used up; .* at ") as caught:
        gp.send(hour, letter(), timeout=30)
    assert time.monotonic() - began < 10
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.limit == (1, 3600.0)
    assert caught.value.at == pytest.approx(time.time() + 3600, abs=60)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.limit, again.at) == (str(caught.value), caught.value.limit, caught.value.at)


def test_a_wait_that_ends_names_the_limit_too(hour: gp.Account) -> None:
    with pytest.raises(gp.LimitReached, match=r"1 of 1 letters had no outcome after 0\.05 s: the limit of 1 letter in"):
        gp.send(hour, letter(), timeout=0.05)


def test_a_check_that_times_out_is_not_blamed_on_the_limit(hour: gp.Account, sink: gp.Sink) -> None:
    sink.rules.add(phase="connect", delay=30)
    with gp.Mailer(hour) as mailer, pytest.raises(TimeoutError) as caught:
        mailer.check(timeout=0.3)
    assert not isinstance(caught.value, gp.LimitReached)


def test_asyncio_too(hour: gp.Account) -> None:
    async def send() -> None:
        async with gp.AsyncMailer(hour) as mailer:
            with pytest.raises(gp.LimitReached, match="1 letter in 3600 s"):
                await mailer.send(letter(), timeout=30)
            assert (await mailer.check(timeout=30)) is not None

    asyncio.run(asyncio.wait_for(send(), 20))


def test_with_a_history_too(hour: gp.Account, sink: gp.Sink, tmp_path: Path) -> None:
    fresh = gp.Account(sink.url, login="", limits=gp.Limits(per_day=1))
    with gp.History(tmp_path / "h.db") as history, pytest.raises(gp.LimitReached):
        gp.send(fresh, letter(), timeout=30, history=history)


def test_a_letter_behind_others_is_told_its_own_time(sink: gp.Sink, minute: float) -> None:
    account = gp.Account(sink.url, limits=gp.Limits(per_minute=1))
    with gp.Mailer(account) as mailer, ThreadPoolExecutor(1) as pool:
        mailer.send(letter())
        second = pool.submit(mailer.send, letter())
        while mailer.status()["queued"] == 0:
            pass
        with pytest.raises(gp.LimitReached) as caught:
            mailer.send(letter(), timeout=minute * 1.2)
        assert caught.value.at is not None
        assert caught.value.at - time.time() > minute
        assert second.result(timeout=20).ok
    assert sink.received == 2


def test_a_letter_that_can_go_in_time_waits_and_goes(sink: gp.Sink, minute: float) -> None:
    account = gp.Account(sink.url, limits=gp.Limits(per_minute=1))
    gp.send(account, letter())
    gp.send(account, letter(), timeout=20)
    assert sink.received == 2


def test_a_log_line_says_so_after_a_second(
    sink: gp.Sink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("gatepost.sending.limits.MINUTE", 3.0)
    account = gp.Account(sink.url, "news", limits=gp.Limits(per_minute=1))
    with caplog.at_level(logging.WARNING, "gatepost"):
        gp.send(account, letter())
        assert not caplog.records
        gp.send(account, letter())
    [record] = caplog.records
    assert record.name.startswith("gatepost")
    assert "account news: the limit of 1 letter in 3 s is used up; the next may go at " in record.getMessage()


def test_a_loop_logs_it_too(sink: gp.Sink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("gatepost.sending.limits.MINUTE", 3.0)
    account = gp.Account(sink.url, "news", limits=gp.Limits(per_minute=1))

    async def send() -> None:
        async with gp.AsyncMailer(account) as mailer:
            await mailer.send_many([letter(), letter()])

    asyncio.run(send())
    assert [record.name.split(".")[0] for record in caplog.records] == ["gatepost"]


def test_a_mailer_tells_what_is_held(sink: gp.Sink) -> None:
    account = gp.Account(sink.url, limits=gp.Limits(per_hour=2))
    with gp.Mailer(account) as mailer:
        assert mailer.status() == {"queued": 0, "in_flight": 0, "connections": 0, "left": 2, "held": None}
        mailer.send(letter())
        mailer.send(letter())
        status = mailer.status()
        assert (status["left"], status["connections"]) == (0, 1)
        assert status["held"] is not None
        assert status["held"].limit == (2, 3600.0)
        assert status["held"].at == pytest.approx(time.time() + 3600, abs=60)
        assert "the limit of 2 letters in 3600 s is used up" in str(status["held"])


def test_a_campaign_tells_what_is_held(hour: gp.Account, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        gp.Campaign(
            "october",
            template=gp.Template(subject="x", text="x"),
            recipients=[{"email": "u@example.com"}],
            from_="ivan@example.com",
            accounts=[hour],
            store=str(tmp_path / "c.db"),
        ) as campaign,
        ThreadPoolExecutor(1) as pool,
    ):
        run = pool.submit(campaign.run, False)
        end = time.monotonic() + 20
        while time.monotonic() < end and not (campaign.status().held and caplog.records):
            assert not run.done()
        held = campaign.status().held
        explained = str(campaign.explain())
        campaign.pause()
        report = run.result(timeout=20)
    assert "the limit of 1 letter in 3600 s is used up" in held["news"]
    assert "the limit of 1 letter in 3600 s is used up" in explained
    assert "the limit of 1 letter in 3600 s is used up" in caplog.text
    assert any("news waits until" in note for note in report.notes)

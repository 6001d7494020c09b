"""A limit belongs to the account, whoever sends through it in this process; the sink's clock judges."""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from judge import letter, most_in_any

import gatepost as gp


def account(sink: gp.Sink, per_minute: int | None = 1, login: str = "") -> gp.Account:
    limits = gp.Limits(per_minute=per_minute)
    return gp.Account(sink.url, limits=limits) if not login else sink.account(login=login, password="x", limits=limits)


def test_three_sends_wait_for_each_other(sink: gp.Sink, minute: float) -> None:
    for _ in range(3):
        gp.send(account(sink), letter())
    assert sink.received == 3
    assert most_in_any(sink, minute) == 1


def test_sends_of_several_threads_share_the_limit(sink: gp.Sink, minute: float) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: gp.send(account(sink, 2), letter()), range(6)))
    assert sink.received == 6
    assert most_in_any(sink, minute) == 2


def test_mailers_sends_and_loops_share_the_limit(sink: gp.Sink, minute: float) -> None:
    async def sends() -> None:
        async with gp.AsyncMailer(account(sink, 2)) as mailer:
            await asyncio.gather(mailer.send(letter()), mailer.send(letter()))

    with gp.Mailer(account(sink, 2)) as one, gp.Mailer(account(sink, 2)) as two, ThreadPoolExecutor(4) as pool:
        work = [
            pool.submit(one.send, letter()),
            pool.submit(lambda: list(two.send_many([letter()] * 2))),
            pool.submit(lambda: asyncio.run(sends())),
            pool.submit(gp.send, account(sink, 2), letter()),
        ]
        for each in work:
            each.result(timeout=60)
    assert sink.received == 6
    assert most_in_any(sink, minute) <= 2


def test_two_campaigns_on_one_account_have_one_limit(sink: gp.Sink, minute: float, tmp_path: Path) -> None:
    def run(name: str) -> gp.CampaignReport:
        with gp.Campaign(
            name,
            template=gp.Template(subject="x", text="x"),
            recipients=[{"email": f"{name}{i}@example.com"} for i in range(4)],
            from_="ivan@example.com",
            accounts=[account(sink, 4)],
            store=str(tmp_path / f"{name}.db"),
        ) as campaign:
            return campaign.run(progress=False)

    with ThreadPoolExecutor(2) as pool:
        assert [report.state for report in pool.map(run, ["one", "two"])] == ["done", "done"]
    assert sink.received == 8
    assert most_in_any(sink, minute) <= 4


def test_a_host_is_the_same_in_any_spelling(minute: float) -> None:
    with gp.Sink() as sink:
        for host in ("LocalHost", "localhost"):
            gp.send(gp.Account(f"smtp://{host}:{sink.port}", limits=gp.Limits(per_minute=1)), letter())
        assert most_in_any(sink, minute) == 1


def test_another_login_has_a_limit_of_its_own(minute: float) -> None:
    with gp.Sink(users={"ivan": "x", "olga": "x"}) as sink:
        began = time.monotonic()
        for login in ("ivan", "olga"):
            gp.send(account(sink, login=login), letter())
        assert time.monotonic() - began < minute


def test_while_a_mailer_with_a_limit_is_open_it_holds_for_accounts_without_one(sink: gp.Sink, minute: float) -> None:
    with gp.Mailer(account(sink, 1)) as strict:
        strict.send(letter())
        with pytest.raises(gp.LimitReached):
            gp.send(sink.url, letter(), timeout=0.1)
    gp.send(sink.url, letter(), timeout=5)
    assert sink.received == 2


def test_a_limit_that_was_raised_is_not_held_by_the_mailer_before(sink: gp.Sink, minute: float) -> None:
    with gp.Mailer(account(sink, 1)) as before:
        before.send(letter())
    with gp.Mailer(account(sink, 3)) as after:
        after.send(letter(), timeout=0.5)
        after.send(letter(), timeout=0.5)
    assert sink.received == 3


def test_what_was_sent_counts_when_its_mailer_has_gone(sink: gp.Sink, minute: float) -> None:
    with gp.Mailer(account(sink)) as first:
        first.send(letter())
    with gp.Mailer(account(sink)) as second, pytest.raises(gp.LimitReached):
        second.send(letter(), timeout=0.1)


def test_a_campaign_does_not_keep_a_single_letter_waiting_for_its_end(
    sink: gp.Sink, minute: float, tmp_path: Path
) -> None:
    with gp.Campaign(
        "long",
        template=gp.Template(subject="x", text="x"),
        recipients=[{"email": f"u{i}@example.com"} for i in range(50)],
        from_="ivan@example.com",
        accounts=[account(sink, 2)],
        store=str(tmp_path / "c.db"),
    ) as campaign:
        run = threading.Thread(target=campaign.run, args=(False,))
        run.start()
        try:
            sink.wait(2, timeout=20)
            gp.send(account(sink, 2), letter("urgent@example.com"), timeout=6 * minute)
        finally:
            campaign.pause()
            run.join()
    assert most_in_any(sink, minute) <= 2


@pytest.mark.parametrize("by", [-86400.0, 86400.0])
def test_a_time_of_day_that_is_set_neither_stops_a_campaign_nor_breaks_its_limit(
    sink: gp.Sink, minute: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: float
) -> None:
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + (by if sink.received else 0.0))
    with gp.Campaign(
        "october",
        template=gp.Template(subject="x", text="x"),
        recipients=[{"email": f"u{i}@example.com"} for i in range(4)],
        from_="ivan@example.com",
        accounts=[account(sink)],
        store=str(tmp_path / "c.db"),
    ) as campaign:
        assert campaign.run(progress=False).state == "done"
    assert sink.received == 4
    assert most_in_any(sink, minute) == 1


def test_a_token_that_comes_back_is_taken_at_once(sink: gp.Sink, tmp_path: Path) -> None:
    sink.rules.add(phase="connect", nth=1, delay=1.5, reply="421 4.3.2 Not now")
    hour = gp.Account(sink.url, limits=gp.Limits(per_hour=1))
    with (
        gp.Mailer(hour) as mailer,
        ThreadPoolExecutor(1) as pool,
        gp.Campaign(
            "one",
            template=gp.Template(subject="x", text="x"),
            recipients=[{"email": "u@example.com"}],
            from_="ivan@example.com",
            accounts=[hour],
            store=str(tmp_path / "c.db"),
        ) as campaign,
    ):
        refused = pool.submit(mailer.send, letter())
        while not mailer.status()["held"]:
            assert not refused.done()
        began = time.monotonic()
        assert campaign.run(progress=False).state == "done"
        assert time.monotonic() - began < 15, "it waited for the hour, or for a while"
        with pytest.raises(gp.ConnectError):
            refused.result()
    assert [one.envelope.to for one in sink.letters] == [["u@example.com"]]


def test_a_child_of_this_process_begins_with_limits_of_its_own(sink: gp.Sink) -> None:
    one = gp.Account(sink.url, limits=gp.Limits(per_hour=1))
    gp.send(one, letter())
    with pytest.raises(gp.LimitReached):
        gp.send(one, letter(), timeout=0.1)
    child = os.fork()
    if child == 0:
        try:
            gp.send(gp.Account(sink.url, limits=gp.Limits(per_hour=1)), letter(), timeout=30)
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert sink.received == 2


def test_in_any_window_no_more_than_the_limit_arrives_whatever_is_used(
    sink: gp.Sink, minute: float, tmp_path: Path
) -> None:
    choice = random.Random(7)
    sink.rules.add(phase="final", odds=0.3, delay=0.4)
    sink.rules.add(phase="rcpt", to="bad*", reply="550 5.1.1 No such user")

    def sender(number: int) -> None:
        end = time.monotonic() + 12
        while time.monotonic() < end:
            one = account(sink, choice.choice([5, 5, 7]))
            to = choice.choice(["bad@example.com", "olga@example.com"])
            try:
                if number % 2:
                    with gp.Mailer(one) as mailer:
                        list(mailer.send_many([letter(to)] * choice.randrange(1, 6), timeout=choice.uniform(0.1, 4)))
                else:
                    gp.send(one, letter(to), timeout=choice.uniform(0.1, 4))
            except (TimeoutError, gp.SendError):
                pass

    with gp.Mailer(account(sink, 5)), ThreadPoolExecutor(6) as pool:
        list(pool.map(sender, range(6)))
    assert sink.received > 10
    assert most_in_any(sink, minute) <= 5

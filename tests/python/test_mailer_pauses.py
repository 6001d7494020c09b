"""After a refused login, a suspended account or a refused sender: what is tried, what is not, and what is said."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import gatepost as gp

BAD_LOGIN = "535 5.7.8 Incorrect login or password"
NOT_OWNED = "553 5.7.1 Sender address rejected: not owned by user"
SUSPENDED = "550 5.7.1 Your account has been suspended"


def letter(to: str = "olga@example.com", from_: str = "ivan@example.com") -> gp.Message:
    return gp.Message(from_=from_, to=to, subject="x", text="y")


def letters(from_: str = "ivan@example.com", count: int = 20) -> list[gp.Message]:
    return [letter(f"r{i}@example.com", from_) for i in range(count)]


@pytest.fixture
def sink() -> Iterator[gp.Sink]:
    with gp.Sink(users={"ivan": "secret"}) as running:
        yield running


@pytest.fixture
def mailer(sink: gp.Sink) -> Iterator[gp.Mailer]:
    with gp.Mailer(sink.account()) as running:
        yield running


def assert_not_tried(result: gp.SendResult, code: int) -> None:
    failure = result.failure
    assert failure is not None and not failure.tried and failure.code == code
    assert failure.paused_until is not None and failure.paused_until > datetime.now(UTC)
    assert "Nothing was tried now" in str(failure) and f"{failure.paused_until:%H:%M:%S} UTC" in str(failure)
    assert failure.to_dict()["paused_until"] == failure.paused_until.isoformat()


def refused_login(sink: gp.Sink, mailer: gp.Mailer) -> gp.AuthError:
    sink.rules.add(phase="auth", reply=BAD_LOGIN)
    with pytest.raises(gp.AuthError) as caught:
        mailer.send(letter())
    return caught.value


def test_a_refused_login_begins_a_pause_that_says_why_and_until_when(sink: gp.Sink, mailer: gp.Mailer) -> None:
    assert mailer.pauses == ()
    error = refused_login(sink, mailer)
    [pause] = mailer.pauses
    assert pause.sender is None and pause.failure.code == 535
    assert pause.until - pause.since == timedelta(minutes=5)
    assert error.failure.tried and error.failure.paused_until == pause.until
    assert "Paused until" in str(error) and "resume()" in str(error)
    assert "account" in repr(pause) and "auth_failed" in repr(pause)
    assert "paused" in repr(mailer)


def test_a_mass_send_in_a_pause_tries_nothing_and_says_so(sink: gp.Sink, mailer: gp.Mailer) -> None:
    refused_login(sink, mailer)
    before = len(sink.sessions)
    results = list(mailer.send_many(letters()))
    assert len(results) == 20
    for result in results:
        assert_not_tried(result, 535)
    assert len(sink.sessions) == before


def test_each_send_in_a_pause_tries_once_and_lengthens_it(sink: gp.Sink, mailer: gp.Mailer) -> None:
    refused_login(sink, mailer)
    for count, minutes in ((2, 10), (3, 20), (4, 40), (5, 60), (6, 60)):
        with pytest.raises(gp.AuthError) as caught:
            mailer.send(letter())
        assert caught.value.failure.tried
        assert len(sink.sessions) == count
        [pause] = mailer.pauses
        assert pause.until - pause.since == timedelta(minutes=minutes)


def test_a_send_that_is_let_in_ends_the_pause_for_all(sink: gp.Sink, mailer: gp.Mailer) -> None:
    refused_login(sink, mailer)
    sink.rules.clear()
    assert mailer.send(letter()).ok
    assert mailer.pauses == ()
    assert all(result.ok for result in mailer.send_many(letters()))


def test_resume_lets_a_mass_send_go_at_once(sink: gp.Sink, mailer: gp.Mailer) -> None:
    refused_login(sink, mailer)
    sink.rules.clear()
    mailer.resume()
    assert mailer.pauses == ()
    assert all(result.ok for result in mailer.send_many(letters()))


def test_a_mass_send_with_a_wrong_password_logs_in_once(sink: gp.Sink) -> None:
    wrong = sink.account("ivan", password="wrong", limits=gp.Limits(connections=10))
    with gp.Mailer(wrong) as mailer:
        results = list(mailer.send_many(letters(count=50)))
    assert {result.failure.code for result in results if result.failure} == {535}
    assert len(sink.sessions) == 1


def test_threads_that_ask_at_once_share_a_try(sink: gp.Sink, mailer: gp.Mailer) -> None:
    sink.rules.add(phase="auth", reply=BAD_LOGIN, delay=0.2)
    refusals: list[gp.SendError] = []

    def work() -> None:
        try:
            mailer.send(letter())
        except gp.AuthError as error:
            refusals.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 8
    assert len(sink.sessions) < 8


def test_another_password_is_another_account_and_works_at_once(sink: gp.Sink) -> None:
    wrong = sink.account("ivan", password="wrong")
    with gp.Mailer(wrong) as mailer, pytest.raises(gp.AuthError):
        mailer.send(letter())
    with gp.Mailer(sink.account("ivan", password="secret")) as mailer:
        assert mailer.send(letter()).ok


def test_the_end_that_the_server_names_is_the_pauses(sink: gp.Sink, mailer: gp.Mailer) -> None:
    sink.rules.add(phase="auth", reply="454 4.7.0 Too many login attempts, try again in 1 second", nth=1)
    with pytest.raises(gp.AuthError):
        mailer.send(letter())
    [pause] = mailer.pauses
    assert pause.until - pause.since == timedelta(seconds=1)
    [held] = mailer.send_many([letter()])
    assert_not_tried(held, 454)
    assert held.failure is not None and held.failure.retry_after == 1
    while mailer.pauses:
        threading.Event().wait(0.01)
    assert all(result.ok for result in mailer.send_many(letters()))


def test_at_rcpt_a_suspended_account_pauses_when_recipients_of_three_domains_met_it(
    sink: gp.Sink, mailer: gp.Mailer
) -> None:
    sink.rules.add(phase="rcpt", reply=SUSPENDED)
    for domain in ("one.example", "two.example", "three.example"):
        assert mailer.pauses == ()
        with pytest.raises(gp.SendError):
            mailer.send(letter(to=f"olga@{domain}"))
    [pause] = mailer.pauses
    assert pause.sender is None


@pytest.mark.parametrize("phase", ["mail", "data", "final"])
def test_a_suspended_account_pauses_wherever_it_is_told(sink: gp.Sink, mailer: gp.Mailer, phase: str) -> None:
    sink.rules.add(phase=phase, reply=SUSPENDED)
    with pytest.raises(gp.SendError) as caught:
        mailer.send(letter())
    assert caught.value.failure.category is gp.Category.ACCOUNT_BLOCKED
    tried = sink.rules
    for result in mailer.send_many(letters(from_="petr@example.com")):
        assert_not_tried(result, 550)
    tried.clear()
    assert mailer.send(letter()).ok and mailer.pauses == ()


@pytest.mark.parametrize(
    "reply", [NOT_OWNED, "550 5.1.8 Sender address rejected: Domain not found", "550 sender not allowed"]
)
def test_a_refused_sender_holds_back_its_own_letters_and_others_go(
    sink: gp.Sink, mailer: gp.Mailer, reply: str
) -> None:
    sink.rules.add(phase="mail", from_="stranger@*", reply=reply)
    with pytest.raises(gp.SenderError):
        mailer.send(letter(from_="stranger@example.com"))
    [pause] = mailer.pauses
    assert pause.sender == "stranger@example.com" and "stranger@example.com" in repr(pause)
    mixed = [one for pair in zip(letters("stranger@example.com"), letters(), strict=True) for one in pair]
    for i, result in enumerate(mailer.send_many(mixed)):
        if i % 2:
            assert result.ok
        else:
            assert_not_tried(result, int(reply[:3]))
            assert "<stranger@example.com>" in str(result.failure)
    with pytest.raises(gp.SenderError) as caught:
        mailer.send(letter(from_="stranger@example.com"))
    assert caught.value.failure.tried
    sink.rules.clear()
    assert mailer.send(letter(from_="stranger@example.com")).ok
    assert mailer.pauses == ()


def test_a_mass_send_of_a_refused_sender_tries_few(sink: gp.Sink) -> None:
    sink.rules.add(phase="mail", reply=NOT_OWNED)
    with gp.Mailer(sink.account(limits=gp.Limits(connections=2))) as mailer:
        results = list(mailer.send_many(letters(count=100)))
    assert not any(result.ok for result in results)
    assert sum(result.failure.tried for result in results if result.failure) <= 2


def test_a_recipient_that_is_not_relayed_pauses_nothing(sink: gp.Sink, mailer: gp.Mailer) -> None:
    sink.rules.add(phase="rcpt", to="r3@*", reply="554 5.7.1 Relay access denied")
    results = list(mailer.send_many(letters()))
    assert [i for i, result in enumerate(results) if not result.ok] == [3]
    assert mailer.pauses == ()


def test_async_mailers_pause_and_resume_alike(sink: gp.Sink) -> None:
    async def main() -> None:
        async with gp.AsyncMailer(sink.account()) as mailer:
            sink.rules.add(phase="auth", reply=BAD_LOGIN)
            with pytest.raises(gp.AuthError):
                await mailer.send(letter())
            [pause] = mailer.pauses
            assert pause.failure.code == 535
            for result in await mailer.send_many(letters()):
                assert_not_tried(result, 535)
            with pytest.raises(gp.AuthError) as caught:
                await mailer.send(letter())
            assert caught.value.failure.tried
            sink.rules.clear()
            await mailer.resume()
            assert mailer.pauses == ()
            assert all(result.ok for result in await mailer.send_many(letters()))

    asyncio.run(main())


def test_a_closed_mailer_has_no_pauses_to_end(sink: gp.Sink) -> None:
    mailer = gp.Mailer(sink.account())
    mailer.close()
    with pytest.raises(RuntimeError, match="closed"):
        mailer.resume()


def test_what_is_held_back_leaves_no_row_in_the_history(sink: gp.Sink, tmp_path: object) -> None:
    with gp.History(f"{tmp_path}/h.db") as history, gp.Mailer(sink.account(), history=history) as mailer:
        refused_login(sink, mailer)
        list(mailer.send_many(letters()))
        assert len(history.attempts().to_polars()) == 0

"""asyncio: verdicts come whatever the history does, wrong use is refused before anything leaves, nothing is noisy."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from script import run

import gatepost as gp
from gatepost.store.sqlite import SqliteStore


def letter(to: str = "olga@example.com") -> gp.Message:
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="y")


@pytest.fixture
def history(tmp_path: Path) -> gp.History:
    return gp.History(SqliteStore(str(tmp_path / "store.db"), busy_timeout=1.0))


@pytest.fixture
def locked(history: gp.History, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that writes to the store and does not end."""
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No word of asyncio's: an exception that nobody retrieved, a task that was destroyed."""
    yield
    assert [one.getMessage() for one in caplog.records if one.name == "asyncio" and one.levelno > logging.DEBUG] == []


async def longest_stop(until: asyncio.Event) -> float:
    """How long the loop stood still at most, in seconds."""
    loop, longest = asyncio.get_running_loop(), 0.0
    while not until.is_set():
        began = loop.time()
        await asyncio.sleep(0.01)
        longest = max(longest, loop.time() - began)
    return longest


def test_a_locked_history_neither_stops_the_loop_nor_costs_the_result(
    sink: gp.Sink, history: gp.History, locked: sqlite3.Connection
) -> None:
    async def main() -> None:
        over = asyncio.Event()
        watching = asyncio.create_task(longest_stop(over))
        async with gp.AsyncMailer(sink.account(), history=history) as mailer:
            result = await mailer.send(letter())
            assert result.ok and "another program is writing" in str(result.recording_error)
            results = await mailer.send_many([letter(), letter()])
            assert all(one.ok and one.recording_error for one in results)
            locked.execute("COMMIT")
            result = await mailer.send(letter())
            assert result.ok and result.recording_error is None
        over.set()
        assert await watching < 0.7

    asyncio.run(main())
    assert sink.received == 4 and history.attempts().to_polars().height == 1


def test_a_time_out_is_not_for_the_history(sink: gp.Sink, history: gp.History, locked: sqlite3.Connection) -> None:
    async def main() -> None:
        async with gp.AsyncMailer(sink.account(), history=history) as mailer:
            result = await mailer.send(letter(), timeout=0.5)
            assert result.ok and isinstance(result.recording_error, TimeoutError)
            locked.execute("COMMIT")

    asyncio.run(main())
    assert history.attempts().to_polars().height == 1  # close() has waited


def test_a_hundred_letters_wait_for_a_locked_history_together(
    sink: gp.Sink, history: gp.History, locked: sqlite3.Connection
) -> None:
    async def main() -> None:
        async with gp.AsyncMailer(sink.account(), history=history) as mailer:
            results = await asyncio.gather(*(mailer.send(letter(f"r{i}@example.com")) for i in range(100)))
            assert all(one.ok and one.recording_error for one in results)

    began = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - began < 20


def test_a_locked_history_does_not_cost_the_result_of_a_mailer_that_waits(
    sink: gp.Sink, history: gp.History, locked: sqlite3.Connection
) -> None:
    with gp.Mailer(sink.account(), history=history) as mailer:
        result = mailer.send(letter())
        assert result.ok and "another program is writing" in str(result.recording_error)
        assert all(one.ok and one.recording_error for one in mailer.send_many([letter(), letter()]))
        sink.rules.add(phase="rcpt", reply="550 5.1.1 no")
        with pytest.raises(gp.RecipientsRefused) as refused:
            mailer.send(letter())
        assert "the history has no row of it" in refused.value.__notes__[0]
    assert sink.received == 3


def test_a_second_loop_is_refused_before_anything_leaves(sink: gp.Sink) -> None:
    mailer = gp.AsyncMailer(sink.account())
    assert asyncio.run(mailer.send(letter())).ok
    for call in (mailer.send, mailer.check, lambda _: mailer.send_many([letter()])):
        with pytest.raises(RuntimeError, match="another event loop"):
            asyncio.run(call(letter()) if call != mailer.check else mailer.check())  # type: ignore[arg-type,operator]
    asyncio.run(mailer.close())
    assert sink.received == 1


def test_a_second_loop_in_another_thread_is_refused_before_anything_leaves(sink: gp.Sink) -> None:
    async def main() -> None:
        async with gp.AsyncMailer(sink.account()) as mailer:
            assert (await mailer.send(letter())).ok
            with pytest.raises(RuntimeError, match="another event loop"):
                await asyncio.to_thread(lambda: asyncio.run(mailer.send(letter())))
            assert (await mailer.send(letter())).ok

    asyncio.run(main())
    assert sink.received == 2


def test_a_closed_mailer_is_refused_before_anything_leaves_or_anybody_is_asked(sink: gp.Sink) -> None:
    asked = []

    def token() -> str:
        asked.append(1)
        return "token"

    async def main() -> None:
        account = gp.Account(sink.url, login="ivan", auth=gp.Auth(access_token=token))
        mailer = gp.AsyncMailer(account)
        await mailer.close()
        for call in (mailer.send(letter()), mailer.send_many([letter()]), mailer.check(), mailer.ask("noop")):
            with pytest.raises(RuntimeError, match="closed"):
                await call
        waiting = gp.Mailer(account)
        waiting.close()
        with pytest.raises(RuntimeError, match="closed"):
            waiting.send(letter())

    asyncio.run(main())
    assert not asked and not sink.received


def test_sends_that_wait_while_their_mailer_closes_get_their_verdicts(sink: gp.Sink) -> None:
    async def main() -> None:
        mailer = gp.AsyncMailer(gp.Account(sink.url, limits=gp.Limits(per_hour=1)))
        tasks = [asyncio.create_task(mailer.send(letter())) for _ in range(5)]
        await tasks[0]
        await mailer.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert results[0].ok and all(isinstance(one, gp.ConnectError) for one in results[1:])  # type: ignore[union-attr]

    asyncio.run(main())


@pytest.mark.parametrize("many", [False, True])
def test_a_cancelled_or_late_send_leaves_no_noise(sink: gp.Sink, many: bool) -> None:
    async def main() -> None:
        account = gp.Account(sink.url, limits=gp.Limits(per_hour=1))
        async with gp.AsyncMailer(account) as mailer:
            await mailer.send(letter())

            def send(timeout: float | None) -> asyncio.Task[object]:
                letters = [letter(), letter()]
                work = mailer.send_many(letters, timeout=timeout) if many else mailer.send(letter(), timeout=timeout)
                return asyncio.ensure_future(work)

            cancelled = [send(None), send(100)]
            await asyncio.sleep(0)
            for task in cancelled:
                task.cancel()
            results = await asyncio.gather(*cancelled, send(0.05), return_exceptions=True)
            assert [type(one) for one in results] == [asyncio.CancelledError] * 2 + [gp.LimitReached]

    asyncio.run(main(), debug=True)


def test_a_program_that_ends_with_everything_open_says_nothing(tmp_path: Path) -> None:
    output = run(
        """
        import asyncio, gc, sys
        import gatepost as gp
        sink = gp.Sink()
        letter = gp.Message(from_="a@example.com", to="b@example.com", subject="x", text="y")
        async def main():
            mailer = gp.AsyncMailer(gp.Account(sink.url, limits=gp.Limits(per_hour=1)), history=gp.History(sys.argv[1]))
            await mailer.send(letter)
            asyncio.create_task(mailer.send(letter))
            asyncio.create_task(mailer.send_many([letter]))
            await asyncio.sleep(0)
        asyncio.run(main())
        gc.collect()
        """,
        str(tmp_path / "store.db"),
    )
    assert output == ""


# --- campaigns


class Held:
    """An account whose token is not given before it is told to: a run that begins and does not get on."""

    def __init__(self, sink: gp.Sink) -> None:
        self.asked, self.answer = threading.Event(), threading.Event()
        self.account = gp.Account(f"smtp://127.0.0.1:{sink.port}", login="ivan", auth=gp.Auth(access_token=self._token))

    def _token(self) -> str:
        self.asked.set()
        assert self.answer.wait(20)
        return "token"


def campaign(account: gp.Account, folder: Path, rows: int = 20) -> gp.Campaign:
    return gp.Campaign(
        "october",
        template=gp.Template(subject="s", text="t"),
        from_="news@example.com",
        recipients=[{"email": f"r{i}@example.com"} for i in range(rows)],
        accounts=account,
        store=str(folder / "campaigns.db"),
    )


@pytest.mark.parametrize("call", ["run", "resume"])
def test_a_cancelled_campaign_stops_sending_and_is_paused(make_sink: object, tmp_path: Path, call: str) -> None:
    began, go_on = threading.Event(), threading.Event()

    def hold(letter: gp.Letter) -> None:
        began.set()
        assert go_on.wait(20)

    sink: gp.Sink = make_sink(on_letter=hold)  # type: ignore[operator]

    async def main() -> None:
        limited = gp.Account(sink.url, limits=gp.Limits(connections=1))
        async with gp.AsyncCampaign(campaign(limited, tmp_path, rows=2000)) as twin:
            task = asyncio.create_task(getattr(twin, call)(progress=False))
            await asyncio.to_thread(began.wait)
            task.cancel()
            await asyncio.sleep(0)
            go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            seen = sink.received
            assert (await twin.status()).state == "paused" and seen < 1000
            await asyncio.sleep(0.2)
            assert sink.received == seen

    asyncio.run(main())


@pytest.mark.parametrize("turns", [0, 1, 2])
@pytest.mark.parametrize("call", ["run", "resume"])
def test_a_campaign_cancelled_before_it_begins_sends_nothing(
    sink: gp.Sink, tmp_path: Path, call: str, turns: int
) -> None:
    async def main() -> None:
        async with gp.AsyncCampaign(campaign(Held(sink).account, tmp_path)) as twin:
            task = asyncio.create_task(getattr(twin, call)(progress=False))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await twin.status()).left == 20

    def give(held: Held) -> None:
        held.answer.set()

    original = Held.__init__

    def at_once(self: Held, sink: gp.Sink) -> None:
        original(self, sink)
        give(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Held, "__init__", at_once)
        asyncio.run(main())
    assert sink.received == 0


@pytest.mark.parametrize("how", ["pause", "cancel"])
def test_an_early_word_wins_over_a_run_that_was_asked_for(sink: gp.Sink, tmp_path: Path, how: str) -> None:
    async def main() -> None:
        async with gp.AsyncCampaign(campaign(sink.account(), tmp_path)) as twin:
            task = asyncio.create_task(twin.run(progress=False))
            await getattr(twin, how)()
            report = await task
            assert report.state == (await twin.status()).state == ("paused" if how == "pause" else "cancelled")

    asyncio.run(main())
    assert sink.received == 0


@pytest.mark.parametrize("how", ["pause", "cancel"])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_word_during_the_start_wins(sink: gp.Sink, tmp_path: Path, how: str, elsewhere: bool) -> None:
    held = Held(sink)
    own = campaign(held.account, tmp_path)
    other = gp.Campaign.open("october", store=str(tmp_path / "campaigns.db")) if elsewhere else own
    reports: list[gp.CampaignReport] = []
    thread = threading.Thread(target=lambda: reports.append(own.run(progress=False)))
    thread.start()
    assert held.asked.wait(20)
    getattr(other, how)()
    held.answer.set()
    thread.join(30)
    [report] = reports
    assert report.state == own.status().state == ("paused" if how == "pause" else "cancelled")
    assert sink.received == 0
    assert own.resume(progress=False).ok and sink.received == 20


def test_a_word_from_elsewhere_between_the_question_and_the_lock_wins(
    sink: gp.Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gatepost.campaigns.run import run as module

    own = campaign(sink.account(), tmp_path)
    other = gp.Campaign.open("october", store=str(tmp_path / "campaigns.db"))

    class Lock(module.RunLock):
        def __init__(self, *arguments: object) -> None:
            other.cancel()
            super().__init__(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "RunLock", Lock)
    report = own.run(progress=False)
    assert report.state == own.status().state == "cancelled" and sink.received == 0


def test_nobody_takes_a_cancel_back_but_resume(sink: gp.Sink, tmp_path: Path) -> None:
    own = campaign(sink.account(), tmp_path)
    own.cancel()
    own.pause()
    assert own.status().state == "cancelled"
    with pytest.raises(gp.StoreError, match="was cancelled"):
        own.run()
    assert own.resume(progress=False).ok and own.status().state == "done"


def test_a_word_during_the_last_letter_stands(make_sink: object, tmp_path: Path) -> None:
    own: gp.Campaign

    def word(letter: gp.Letter) -> None:
        gp.Campaign.open("october", store=str(tmp_path / "campaigns.db")).cancel()

    sink: gp.Sink = make_sink(on_letter=word)  # type: ignore[operator]
    own = campaign(sink.account(), tmp_path, rows=1)
    report = own.run(progress=False)
    assert report.state == own.status().state == "cancelled" and report.counts == {"accepted": 1}


def test_putting_failed_ones_back_does_not_pause_a_run_under_way(sink: gp.Sink, tmp_path: Path) -> None:
    held = Held(sink)
    sink.rules.add(phase="rcpt", to="r0@*", reply="550 5.7.1 no", times=1)
    held.answer.set()
    own = campaign(held.account, tmp_path)
    own.run(progress=False)
    held.answer.clear()
    held.asked.clear()
    thread = threading.Thread(target=own.run, args=(False,))
    thread.start()
    assert held.asked.wait(20)
    own.failed().resend()
    held.answer.set()
    thread.join(30)
    assert own.status().state == "done"

"""A send that is interrupted: what has not begun is taken back, what has begun goes its way, nobody hangs."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest

import gatepost as gp


def letter(to: str = "olga@example.com") -> gp.Message:
    return gp.Message(from_="ivan@example.com", to=to, subject="x", text="y")


class SilentServer:
    """Goes along for some commands, then says nothing; tells when it has heard what it does not answer."""

    ANSWERS = ("220 hello", "250 me", "250 2.1.0 ok", "250 2.1.5 ok", "354 go on")

    def __init__(self, answers: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.silent = threading.Event()
        self.gone = threading.Event()
        self._answers = answers
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client, client.makefile("rwb") as stream:
            for answer in self.ANSWERS[: self._answers]:
                if answer != self.ANSWERS[0]:
                    stream.readline()
                stream.write(answer.encode() + b"\r\n")
                stream.flush()
            if self._answers:
                stream.readline()
            self.silent.set()
            while client.recv(4096):
                pass
        self.gone.set()

    def __enter__(self) -> "SilentServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()


@pytest.mark.parametrize("answers", range(len(SilentServer.ANSWERS) + 1))
def test_a_task_cancelled_at_any_wait_ends_at_once_and_so_does_its_mailer(answers: int) -> None:
    async def main() -> None:
        mailer = gp.AsyncMailer(gp.Account(f"smtp://127.0.0.1:{server.port}"))
        task = asyncio.create_task(mailer.send(letter()))
        await asyncio.to_thread(server.silent.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await mailer.close(grace=0)
        assert await asyncio.to_thread(server.gone.wait, 10)

    with SilentServer(answers) as server:
        began = time.monotonic()
        asyncio.run(main())
        assert time.monotonic() - began < 10


def test_a_task_cancelled_before_its_letter_begins_takes_it_back(sink: gp.Sink) -> None:
    async def main() -> None:
        async with gp.AsyncMailer(gp.Account(sink.url, limits=gp.Limits(per_hour=1))) as mailer:
            await mailer.send(letter())
            tasks = [asyncio.create_task(mailer.send(letter())) for _ in range(5)]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(result, asyncio.CancelledError) for result in results)
            assert mailer._lane.engine.status(mailer._lane.lane)["queued"] == 0

    asyncio.run(main())
    assert sink.received == 1


def test_a_cancelled_send_many_leaves_no_letter_queued_and_the_mailer_usable(sink: gp.Sink) -> None:
    async def main() -> int:
        async with gp.AsyncMailer(sink.account()) as mailer:
            task = asyncio.create_task(mailer.send_many([letter(f"r{i}@example.com") for i in range(3000)]))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await mailer.send(letter("last@example.com"))).ok
            return sink.received

    assert asyncio.run(main()) <= 3001
    assert len(sink.select(to="last@example.com")) == 1


def test_a_task_cancelled_while_the_token_is_fetched_sends_nothing(sink: gp.Sink) -> None:
    asked, answer = threading.Event(), threading.Event()

    def slow_token() -> str:
        asked.set()
        answer.wait()
        return "token"

    async def main() -> None:
        account = gp.Account(sink.url, login="ivan", auth=gp.Auth(access_token=slow_token))
        async with gp.AsyncMailer(account) as mailer:
            task = asyncio.create_task(mailer.send(letter()))
            await asyncio.to_thread(asked.wait)
            task.cancel()
            answer.set()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())
    assert sink.received == 0


_SENDS_UNTIL_INTERRUPTED = """
import sys
import gatepost as gp
account = gp.Account(sys.argv[1], limits=gp.Limits(per_hour=1))
with gp.Mailer(account) as mailer:
    letter = gp.Message(from_="ivan@example.com", to="olga@example.com", subject="x", text="y")
    mailer.send(letter)
    try:
        print("sending", flush=True)
        mailer.send(letter)
    except KeyboardInterrupt:
        print("interrupted", mailer._lane.engine.status(mailer._lane.lane)["queued"], flush=True)
"""


def test_ctrl_c_takes_back_a_letter_that_waits_for_its_turn(sink: gp.Sink) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _SENDS_UNTIL_INTERRUPTED, sink.url], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "sending\n"
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline() == "interrupted 0\n"
    assert child.wait(10) == 0
    child.stdout.close()
    assert sink.received == 1


def test_an_exception_in_the_middle_of_handing_in_leaves_nothing_behind(
    sink: gp.Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gp.Mailer(gp.Account(sink.url, limits=gp.Limits(per_hour=1))) as mailer:
        mailer.send(letter())
        submit: Callable[..., object] = mailer._lane.submit

        def interrupted(*args: object) -> Callable[..., None]:
            hand_in = submit(*args)

            def hand_in_and_stop(*inner: object) -> None:
                hand_in(*inner)  # type: ignore[operator]
                raise KeyboardInterrupt

            return hand_in_and_stop

        monkeypatch.setattr(mailer._lane, "submit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            mailer.send(letter())
        assert mailer._lane.engine.status(mailer._lane.lane)["queued"] == 0
    assert sink.received == 1

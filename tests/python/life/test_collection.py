"""Objects that refer to each other are collected, and close() lets Ctrl-C through."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from script import run

import gatepost as gp


def letter() -> gp.Message:
    return gp.Message(from_="ivan@example.com", to="olga@example.com", subject="x", text="y")


class Holder:
    """Holds whatever it is given, and is held by it."""

    def __init__(self) -> None:
        self.held: Any = None

    def on_letter(self, letter: gp.Letter) -> None:
        self.seen = letter

    def token(self) -> str:
        return "token"

    def record(self, account: str, batch: object) -> None:
        self.seen = batch


def sink_with_its_holder() -> tuple[Holder, list[Any]]:
    holder = Holder()
    holder.held = gp.Sink(on_letter=holder.on_letter)
    with gp.Mailer(holder.held.account()) as mailer:
        mailer.send(letter())
    return holder, [holder.held, holder.held._core]


def sink_with_a_closure() -> tuple[Holder, list[Any]]:
    holder = Holder()
    holder.held = gp.Sink(on_letter=lambda letter: holder.on_letter(letter))
    return holder, [holder.held, holder.held._core]


def sink_whose_callback_fails() -> tuple[Holder, list[Any]]:
    holder = Holder()

    def fail(letter: gp.Letter) -> None:
        raise ValueError(holder)

    holder.held = gp.Sink(on_letter=fail)
    with gp.Mailer(holder.held.account()) as mailer, pytest.raises(gp.SendError):
        mailer.send(letter())
    return holder, [holder.held, holder.held._core]


def mailer_whose_history_holds_it() -> tuple[Holder, list[Any]]:
    holder = Holder()
    with gp.Sink() as sink:
        holder.held = gp.Mailer(sink.account(), history=holder)  # type: ignore[arg-type]
        holder.held.send(letter())
    return holder, [holder.held, holder.held._lane.engine]


def mailer_whose_token_holds_it() -> tuple[Holder, list[Any]]:
    holder = Holder()
    with gp.Sink(users={"ivan": "token"}) as sink:
        account = gp.Account(f"smtp://127.0.0.1:{sink.port}", login="ivan", auth=gp.Auth(access_token=holder.token))
        holder.held = gp.Mailer(account)
        holder.held.send(letter())
    return holder, [holder.held, holder.held._lane.engine]


@pytest.mark.parametrize(
    "make",
    [
        sink_with_its_holder,
        sink_with_a_closure,
        sink_whose_callback_fails,
        mailer_whose_history_holds_it,
        mailer_whose_token_holds_it,
    ],
)
def test_a_circle_that_nobody_holds_is_collected_with_its_threads(make: Callable[[], tuple[Holder, list[Any]]]) -> None:
    threads = threading.active_count()
    holder, objects = make()
    gone = [weakref.ref(one) for one in (holder, objects[0])]
    ends = threading.Event()
    weakref.finalize(objects[1], ends.set)
    del holder, objects
    gc.collect()
    assert [one() for one in gone] == [None, None]
    assert ends.wait(10)  # a judge's thread lets go of the core last
    for thread in threading.enumerate():
        if thread.name == "gatepost sink":
            thread.join(10)
    assert threading.active_count() <= threads


def test_an_async_mailer_that_nobody_holds_is_collected_while_its_loop_runs(sink: gp.Sink) -> None:
    async def main() -> None:
        holder = Holder()
        holder.held = gp.AsyncMailer(sink.account(), history=holder)  # type: ignore[arg-type]
        await holder.held.send(letter())
        gone = [weakref.ref(holder), weakref.ref(holder.held)]
        del holder
        await asyncio.sleep(0)
        gc.collect()
        assert [one() for one in gone] == [None, None]
        again = gp.AsyncMailer(sink.account())  # with the descriptor of the one before
        assert (await again.send(letter())).ok
        await again.close()

    asyncio.run(main())


CLOSING = """
import asyncio, os, signal, sys, threading, time
import gatepost as gp
sink = gp.Sink()
sink.rules.add(phase="final", delay=1000)  # a letter stays in flight
account = gp.Account(sink.url)
letter = gp.Message(from_="a@example.com", to="b@example.com", subject="x", text="y")
began = time.monotonic()

def interrupt():
    go.wait()
    os.kill(os.getpid(), signal.SIGINT)

go = threading.Event()
threading.Thread(target=interrupt, daemon=True).start()

def in_flight(mailer):
    return mailer.status()["in_flight"]
"""


def test_close_yields_to_ctrl_c() -> None:
    run(
        CLOSING
        + """
mailer = gp.Mailer(account)
sending = threading.Thread(target=lambda: mailer.send(letter), daemon=True)
sending.start()
while not in_flight(mailer):
    pass
try:
    go.set()
    mailer.close(grace=1000)
except KeyboardInterrupt:
    assert time.monotonic() - began < 30
    sys.exit(5)
""",
        expect=5,
    )


def test_an_async_close_yields_to_ctrl_c() -> None:
    run(
        CLOSING
        + """
async def main():
    mailer = gp.AsyncMailer(account)
    task = asyncio.create_task(mailer.send(letter))
    while not in_flight(mailer):
        await asyncio.sleep(0)
    go.set()
    await mailer.close(grace=1000)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    assert time.monotonic() - began < 30
    sys.exit(5)
""",
        expect=5,
    )


def test_a_letter_for_which_there_is_no_memory_fails_and_the_mailer_goes_on(tmp_path: Path) -> None:
    run(
        """
import resource, sys, time
import gatepost as gp

signer = gp.DkimSigner(domain="example.com", selector="s", key=gp.DkimKey.generate("rsa"))
small = gp.Message(from_="a@example.com", to="b@example.com", subject="x", text="y")
raw = bytes(small) + b"x" * 70 + b"\\r\\n" * (150 << 20 >> 1)
with gp.Sink() as sink, gp.Mailer(sink.account(dkim=[signer])) as mailer:
    assert mailer.send(small).ok
    with open("/proc/self/statm") as memory:
        used = int(memory.read().split()[0]) * resource.getpagesize()
    # Room for a copy of the letter, and not for a second one with its signature.
    resource.setrlimit(resource.RLIMIT_AS, (used + (230 << 20), resource.RLIM_INFINITY))
    try:
        mailer.send(raw, from_="a@example.com", to="b@example.com")
    except gp.SendError as error:
        assert "inside gatepost" in str(error), error
    else:
        raise AssertionError("it went out")
    results = None
    while results is None:
        try:
            results = list(mailer.send_many([small, ("a@example.com", "b@example.com", raw), small]))
        except MemoryError:  # the engine still lets go of the copy before
            time.sleep(0.01)
    assert [result.ok for result in results] == [True, False, True], results
    assert "inside gatepost" in str(results[1].refused[0])
    assert mailer.send(small).ok
"""
    )

"""One round of T14: `python completions_round.py gatepost|call_soon_threadsafe TASKS`, JSON to stdout.

So many tasks each await one outcome. Ours: the letters have gone into a sink of our own and their outcomes lie in the
queue before the clock starts, so that no network is in it; the clock stops when every task has its verdict. The peer:
a thread that has the outcomes and wakes the loop for each, as most bridges do.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import sys
import threading
import time
from collections.abc import Awaitable, Sequence

import gatepost as gp
from gatepost import _core
from gatepost.sending.bridge import AsyncWaiter, new_engine


class Tasks:
    """Tasks that each await one outcome. A counter says when all have it: gather() would cost more than they do."""

    def __init__(self, outcomes: Sequence[Awaitable[object]]) -> None:
        self._left = len(outcomes)
        self._over = asyncio.Event()
        self._tasks = [asyncio.create_task(self._one(outcome)) for outcome in outcomes]

    async def _one(self, outcome: Awaitable[object]) -> None:
        await outcome
        self._left -= 1
        if self._left == 0:
            self._over.set()

    async def numbers(self) -> dict[str, float]:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        await self._over.wait()
        seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
        count = len(self._tasks)
        return {"completions_per_second": count / seconds, "completions_per_cpu_second": count / cpu}


async def by_gatepost(count: int) -> dict[str, float]:
    with gp.Sink() as sink:
        engine = new_engine()
        lane = engine.add_lane(sink.account(limits=gp.Limits(connections=20))._lane_options())
        waiter = AsyncWaiter(engine, None, asyncio.get_running_loop())

        def submit(queue: _core.OutcomeQueue, tickets: Sequence[int]) -> None:
            engine.submit_prebuilt(
                lane, queue, tickets, ["a@example.org"], [["b@example.org"]], [b"Subject: x\r\n\r\n"]
            )

        tasks = Tasks([waiter.run(submit, 1, None) for _ in range(count)])
        await asyncio.sleep(0)  # lets every task submit; from here on the loop is held until the last outcome is there
        while (status := engine.status(lane))["queued"] or status["in_flight"]:
            time.sleep(0.001)
        numbers = await tasks.numbers()
        await waiter.close()
        engine.stop(1.0)
        return numbers


async def by_call_soon_threadsafe(count: int) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(count)]

    gives_the_gil_back = ctypes.CDLL(None).getpid

    def deliver() -> None:
        for number, future in enumerate(futures):
            loop.call_soon_threadsafe(future.set_result, number)
            gives_the_gil_back()  # as a thread of C++ does between two outcomes

    tasks = Tasks(futures)
    await asyncio.sleep(0)
    thread = threading.Thread(target=deliver)
    thread.start()
    numbers = await tasks.numbers()
    thread.join()
    return numbers


def main() -> None:
    how, count = sys.argv[1], int(sys.argv[2])
    bridge = {"gatepost": by_gatepost, "call_soon_threadsafe": by_call_soon_threadsafe}[how]
    print(json.dumps(asyncio.run(bridge(count))))


if __name__ == "__main__":
    main()

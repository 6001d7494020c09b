"""`python send_from_python.py SENDER PORT CONNECTIONS LETTERS FILE`: the same letter again and again, as fast as the
server answers. Writes {"letters": n, "seconds": s, "cpu_seconds": s}; connecting is part of it, imports are not.
"""

from __future__ import annotations

import asyncio
import json
import smtplib
import sys
import threading
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import aiosmtplib

import gatepost as gp

FROM, TO = "sender@example.org", "recipient@example.test"


OURS = (gp.Account, gp.AsyncMailer, gp.Mailer)  # names of ours load on first use: now, before the clock starts


def account(port: int, connections: int, one_round_trip: bool) -> gp.Account:
    limits = gp.Limits(connections=connections)
    return gp.Account(f"smtp://127.0.0.1:{port}", limits=limits, one_round_trip=one_round_trip)


def by_send_many(port: int, connections: int, letters: int, raw: bytes, one_round_trip: bool = True) -> int:
    with gp.Mailer(account(port, connections, one_round_trip)) as mailer:
        return sum(result.ok for result in mailer.send_many(repeat((FROM, TO, raw), letters)))


def by_send_many_as_default(port: int, connections: int, letters: int, raw: bytes) -> int:
    return by_send_many(port, connections, letters, raw, one_round_trip=False)


def by_awaited_send(port: int, connections: int, letters: int, raw: bytes) -> int:
    async def lane(mailer: gp.AsyncMailer, work: Iterator[object]) -> int:
        return sum([(await mailer.send(raw, from_=FROM, to=TO)).ok for _ in work])

    async def run() -> int:
        work = iter(range(letters))
        async with gp.AsyncMailer(account(port, connections, one_round_trip=True)) as mailer:
            return sum(await asyncio.gather(*(lane(mailer, work) for _ in range(connections))))

    return asyncio.run(run())


def by_aiosmtplib(port: int, connections: int, letters: int, raw: bytes) -> int:
    async def lane(work: Iterator[object]) -> int:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            return sum([not (await client.sendmail(FROM, TO, raw))[0] for _ in work])

    async def run() -> int:
        work = iter(range(letters))
        return sum(await asyncio.gather(*(lane(work) for _ in range(connections))))

    return asyncio.run(run())


def by_smtplib(port: int, connections: int, letters: int, raw: bytes) -> int:
    work, sent = iter(range(letters)), [0] * connections

    def lane(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for _ in work:
                sent[number] += not client.sendmail(FROM, TO, raw)

    lanes = [threading.Thread(target=lane, args=(number,)) for number in range(connections)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join()
    return sum(sent)


SENDERS = {
    "send_many": by_send_many,
    "send_many_as_default": by_send_many_as_default,
    "awaited_send": by_awaited_send,
    "aiosmtplib": by_aiosmtplib,
    "smtplib": by_smtplib,
}


def main() -> None:
    sender, port, connections, letters, file = sys.argv[1:]
    raw = Path(file).read_bytes()
    begin, begin_cpu = time.perf_counter(), time.process_time()
    sent = SENDERS[sender](int(port), int(connections), int(letters), raw)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    assert sent == int(letters), f"{sent} of {letters} letters were accepted"
    print(json.dumps({"letters": sent, "seconds": seconds, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main()

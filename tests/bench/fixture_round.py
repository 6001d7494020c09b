"""One round of T16: `python fixture_round.py gatepost|"aiosmtpd Controller"`, JSON to stdout.

A test with the fixture: a fresh server, one letter to it by smtplib, until the letter is in the inbox. The median of
TESTS; the first one apart, with the import that a test session pays once.
"""

from __future__ import annotations

import json
import smtplib
import statistics
import sys
import threading
import time
from collections.abc import Callable

from peers.ports import HOST, free_port

TESTS = 25
RAW = b"Subject: first\r\n\r\nhello\r\n"


def send(port: int) -> None:
    with smtplib.SMTP(HOST, port, local_hostname="localhost") as client:
        client.sendmail("sender@example.org", "recipient@example.test", RAW)


def by_gatepost() -> float:
    begin = time.perf_counter()
    from gatepost import Sink

    with Sink() as sink:
        send(sink.port)
        sink.wait(1)
        return time.perf_counter() - begin


def by_aiosmtpd() -> float:
    begin = time.perf_counter()
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Inbox:
        def __init__(self) -> None:
            self.letters: list[Envelope] = []
            self.arrived = threading.Event()

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            self.letters.append(envelope)
            self.arrived.set()
            return "250 OK"

    port = free_port()  # it cannot pick one itself
    inbox = Inbox()
    controller = Controller(inbox, hostname=HOST, port=port)
    controller.start()
    send(port)
    assert inbox.arrived.wait(5.0)
    seconds = time.perf_counter() - begin
    controller.stop()
    return seconds


def main() -> None:
    one_test: Callable[[], float] = {"gatepost": by_gatepost, "aiosmtpd Controller": by_aiosmtpd}[sys.argv[1]]
    first = one_test()
    later = statistics.median(one_test() for _ in range(TESTS))
    print(json.dumps({"milliseconds": later * 1e3, "first_with_import_milliseconds": first * 1e3}))


if __name__ == "__main__":
    main()

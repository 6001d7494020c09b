"""Workers as processes of their own, to be killed and frozen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import gatepost as gp
from gatepost.campaigns import Campaign
from gatepost.store import Store

TEMPLATE = gp.Template(subject="Привет, {{ name }}", text="{{ name }}")
LONG = 120.0
_SCRIPT = """
import sys, time, gatepost as gp
from gatepost.sending import limits
name, store, url, connections, lease, per_minute, minute = sys.argv[1:]
limits.MINUTE = float(minute)
wanted = gp.Limits(connections=int(connections), per_minute=int(per_minute) or None)
account = gp.Account(url, name="news", sender="news@example.com", limits=wanted)

def opened():  # whoever starts workers starts them again where the database is away just then
    ends = time.monotonic() + 60
    while True:
        try:
            return gp.Campaign.open(name, store=store, accounts=[account])
        except gp.StoreUnreachable:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)

with opened() as campaign:
    print(campaign.work(progress=False, lease=float(lease)))
"""


def make(store: str, url: str, rows: int, name: str = "october") -> Campaign:
    people = [{"email": f"u{n}@example.com", "name": "Ёж"} for n in range(rows)]
    return Campaign(
        name, template=TEMPLATE, recipients=people, accounts=[gp.Account(url, name="news", sender="news@example.com")],
        store=store, from_="news@example.com", retry=gp.RetryPolicy(first_delay=1.0, factor=1.0, max_attempts=20),
    )  # fmt: skip


class Workers:
    """Processes that work on one campaign; ended with the test."""

    def __init__(
        self, store: str, url: str, state: Path, connections: int = 2, lease: float = 30.0, per_minute: int = 0,
        minute: float = 60.0,
    ) -> None:  # fmt: skip
        """`minute`: seconds that `per_minute` means; 0: no limit."""
        self._arguments = [store, url, str(connections), str(lease), str(per_minute), str(minute)]
        self._environment = {**os.environ, "XDG_STATE_HOME": str(state)}
        self.running: list[subprocess.Popen[str]] = []

    def start(self, name: str = "october", machine: str = "") -> subprocess.Popen[str]:
        """`machine`: one whose files the others do not see, where the store is not a file."""
        environment = dict(self._environment)
        environment["XDG_STATE_HOME"] += machine
        process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, name, *self._arguments], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[str]) -> None:
        self.running.remove(process)
        process.kill()
        process.wait(LONG)

    def finish(self) -> list[str]:
        """Waits for all; what they said."""
        said = [process.communicate(timeout=LONG)[0] for process in self.running]
        assert [process.returncode for process in self.running] == [0] * len(said), said
        self.running.clear()
        return said

    def close(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGKILL)
            process.wait(LONG)


@contextmanager
def workers(store: str, url: str, state: Path, **options: float) -> Iterator[Workers]:
    some = Workers(store, url, state, **options)  # type: ignore[arg-type]
    try:
        yield some
    finally:
        some.close()


def until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)  # between two looks


def letters_by_address(sink: gp.Sink) -> Counter[str]:
    return Counter(letter.envelope.to[0] for letter in sink.letters)


def states(store: Store, campaign: int = 1) -> dict[str, str]:
    """The status of each address."""
    rows = store.results(campaign, ["address", "status"])
    return dict(rows.iter_rows())

"""Two days of a marketer with three accounts at providers that limit, refuse and block, on the virtual clock.

The sinks' clocks are moved ahead; the commands run under faketime, which moves theirs by as much.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from accounts_samples import SECRET, Written

import gatepost as gp

PEOPLE = 1_200
LIMITS = {"rambler": ((200, 1), (500, 24)), "yandex": ((150, 24),), "mail": ((60, 1), (180, 24))}  # letters, hours
QUOTA = "550 5.4.5 Daily user sending quota exceeded"
THROTTLED = "454 4.7.0 Too many login attempts"
BLOCKED = "535 5.7.1 Your account has been blocked"

# Between two commands the machine is switched off: what they know of each other stands in files.
SWITCHED_ON = """
import uuid
from gatepost.store import tokens
tokens.boot_id.cache_clear()  # it is there
tokens.boot_id = lambda boot=uuid.uuid4().hex: boot
from gatepost.cli import main
main()
"""

FILE = """
[rambler]
url = "{rambler}"
login = "news"
sender = "Новости <news@example.com>"
auth.allow_cleartext = true
limits.per_hour = 200
limits.per_day = 500

[yandex]
url = "{yandex}"
login = "news"
sender = "Новости <news@example.com>"
auth.allow_cleartext = true
limits.per_day = 150

[mail]
url = "{mail}"
login = "news"
sender = "Новости <news@example.com>"
auth.allow_cleartext = true
limits.per_hour = 60
limits.per_day = 180
"""


class Office:
    """Three accounts, their providers, and commands at any hour."""

    def __init__(self, folder: Path, sinks: dict[str, gp.Sink]) -> None:
        self.folder, self.sinks, self.hour = folder, sinks, 0

    def at(self, hour: int) -> None:
        """It is so many hours after the beginning."""
        for sink in self.sinks.values():
            sink.clock.advance(hours=hour - self.hour)
            sink.rules.clear()
        self.hour = hour

    def refuses(self, name: str, reply: str, *, phase: gp.sinks.Phase = "mail", after: int = 0) -> None:
        """From now on a provider answers this, after so many letters."""
        if after:
            self.sinks[name].rules.add(phase=phase, times=after)
        self.sinks[name].rules.add(phase=phase, reply=reply)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of gatepost, at the hour of the sinks' clocks."""
        command = ["faketime", "-f", f"+{self.hour}h", sys.executable, "-c", SWITCHED_ON, *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=120, cwd=self.folder,
            env={**os.environ, "COLUMNS": "80", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        )  # fmt: skip

    def send(self, *more: str) -> dict[str, int]:
        """Lets the campaign go on; how many letters each provider took."""
        before = {name: sink.received for name, sink in self.sinks.items()}
        ran = self.run(
            "campaign", "run", "october", "-a", "rambler", "-a", "yandex", "-a", "mail", "--max-seconds", "3", *more
        )
        assert ran.returncode in (0, 1), ran.stderr
        return {name: sink.received - before[name] for name, sink in self.sinks.items()}

    def listed(self) -> dict[str, Any]:
        """What `account list` says, as text and by account."""
        rows = json.loads(self.run("account", "list", "--json").stdout)
        return {row["name"]: row for row in rows} | {"text": self.run("account", "list").stdout}


@pytest.fixture
def office(tmp_path: Path, written: Written, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    if shutil.which("faketime") is None and os.environ.get("CI") != "true":
        pytest.skip("there is no faketime")
    with ExitStack() as stack:
        sinks = {name: stack.enter_context(gp.Sink(users={"news": SECRET})) for name in LIMITS}
        written(FILE.format(**{name: re.sub("//.*@", "//", sink.url) for name, sink in sinks.items()}))
        for name in sinks:
            monkeypatch.setenv(f"GATEPOST_PASSWORD_{name.upper()}", SECRET)
        yield Office(tmp_path, sinks)


def most_in_any(sink: gp.Sink, hours: int) -> int:
    """The most letters that a sink took in any so many hours of its own clock."""
    times = sorted(letter.received for letter in sink.letters)
    first = most = 0
    for last, at in enumerate(times):
        while times[first] <= at - timedelta(hours=hours):
            first += 1
        most = max(most, last - first + 1)
    return most


def test_all_get_their_letter_over_two_days_and_no_limit_is_ever_broken(office: Office) -> None:
    (office.folder / "people.csv").write_text("email\n" + "".join(f"u{i}@d{i % 37}.example\n" for i in range(PEOPLE)))
    (office.folder / "letter.txt").write_text("Здравствуйте!", encoding="utf-8")

    # The first to its limit, then the next. Yandex takes 90 letters, whatever it is said to take, then 4 an hour.
    office.refuses("yandex", QUOTA, after=90)
    sent = office.send("-r", "people.csv", "--subject", "Новости", "--text", "letter.txt")
    assert sent == {"rambler": 200, "yandex": 90, "mail": 60}
    now = office.listed()
    assert (now["rambler"]["status"], now["mail"]["status"]) == ("active", "active")
    assert now["rambler"]["limits"][0]["left"] == 0
    assert now["yandex"]["status"] == "paused" and QUOTA in now["yandex"]["why"]
    assert now["yandex"]["by"] == "the server's reply" and now["yandex"]["until"]
    assert "yandex: paused until" in now["text"] and "Wait until the limit is reset" in " ".join(now["text"].split())

    # An hour later Mail.ru lets nobody log in.
    office.at(1)
    office.refuses("yandex", QUOTA, after=4)
    office.refuses("mail", THROTTLED, phase="auth")
    assert office.send() == {"rambler": 200, "yandex": 4, "mail": 0}
    now = office.listed()
    assert [now[name]["status"] for name in LIMITS] == ["active", "paused", "paused"]
    assert THROTTLED in now["mail"]["why"] and "mail: paused until" in now["text"]

    # It does again, and blocks the account after ten letters.
    office.at(2)
    office.refuses("yandex", QUOTA, after=4)
    office.refuses("mail", BLOCKED, after=10)
    assert office.send() == {"rambler": 100, "yandex": 4, "mail": 10}
    now = office.listed()
    assert [now[name]["status"] for name in LIMITS] == ["active", "paused", "blocked"]
    assert now["rambler"]["limits"][1]["left"] == 0
    assert "mail: blocked until" in now["text"] and BLOCKED in now["text"]

    # What is left stays queued.
    status = json.loads(office.run("campaign", "status", "october", "--json").stdout)
    assert status["counts"] == {"accepted": 668, "queued": 532}

    # The next day the rest goes, as far as the day before counts no more; the account that was blocked comes back.
    while office.hour < 30 and sum(sink.received for sink in office.sinks.values()) < PEOPLE:
        office.at(max(26, office.hour + 1))
        office.send()
    results = json.loads(office.run("campaign", "status", "october", "--json").stdout)
    assert results["counts"] == {"accepted": PEOPLE}
    now = office.listed()
    assert {now[name]["status"] for name in LIMITS} == {"active"}

    for name, limits in LIMITS.items():
        for most, hours in limits:
            assert most_in_any(office.sinks[name], hours) <= most
    got = [address for sink in office.sinks.values() for letter in sink.letters for address in letter.envelope.to]
    assert sorted(got) == sorted(set(got)) and len(got) == PEOPLE

"""Two days of a marketer with three accounts at providers that limit, refuse and block, on the virtual clock.

The sinks' clocks are moved ahead; the commands run under faketime, which moves theirs by as much.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from accounts_samples import SECRET, Written

import gatepost as gp

HOUR, DAY = 3600.0, 86400.0
PEOPLE = 1_200

SWITCHED_ON = """
import uuid
from gatepost.store import tokens
tokens._boot = lambda boot=uuid.uuid4().hex: boot
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
limits.per_minute = 60
limits.per_day = 180
"""


class Office:
    """Three accounts, their providers, and commands at any hour."""

    def __init__(self, folder: Path, sinks: dict[str, gp.Sink]) -> None:
        self.folder, self.sinks, self.hours = folder, sinks, 0.0

    def go_home(self, hours: float) -> None:
        """So much later."""
        self.hours += hours
        for sink in self.sinks.values():
            sink.clock.advance(hours=hours)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of gatepost, at the hour of the sinks' clocks."""
        command = ["faketime", "-f", f"+{self.hours * 3600:.0f}s", sys.executable, "-c", SWITCHED_ON, *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=40, cwd=self.folder,
            env={**os.environ, "COLUMNS": "80", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        )  # fmt: skip

    def send(self, *more: str) -> dict[str, Any]:
        ran = self.run(
            "campaign", "run", "october", "-a", "rambler", "-a", "yandex", "-a", "mail", "--max-seconds", "4", "--json",
            *more,
        )  # fmt: skip
        assert ran.returncode in (0, 1), ran.stderr
        answer: dict[str, Any] = json.loads(ran.stdout)
        return answer

    def listed(self) -> str:
        return self.run("account", "list").stdout


@pytest.fixture
def office(tmp_path: Path, written: Written, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    if shutil.which("faketime") is None and os.environ.get("CI") != "true":
        pytest.skip("there is no faketime")
    with ExitStack() as stack:
        sinks = {name: stack.enter_context(gp.Sink(users={"news": SECRET})) for name in ("rambler", "yandex", "mail")}
        written(FILE.format(**{name: sink.url.replace("smtp://news:", "smtp://") for name, sink in sinks.items()}))
        for name in sinks:
            monkeypatch.setenv(f"GATEPOST_PASSWORD_{name.upper()}", SECRET)
        yield Office(tmp_path, sinks)

"""`campaign run --workers N`: processes of this machine that send together, and one that watches them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import IO, Any
from urllib.parse import quote

import typer

from ..accounts import Account
from ..arguments import optional, patience
from ..campaigns import Campaign, CampaignReport
from ..campaigns.run.progress import display
from ..campaigns.run.run_state import STOPPED_BY_ACCOUNTS, Tally
from ..store import Status
from .options import Through
from .output import ACCOUNT, BAD_INPUT

_LOOK = 0.5
_MOST_CRASHES = 10
_LATE = 15.0  # seconds after which whoever has not ended by itself is told to: it began late
_WAITING = (Status.QUEUED, Status.SENDING, Status.RETRYING)


def run_workers(
    campaign: Campaign,
    number: int,
    command: Sequence[str],
    environment: dict[str, str],
    bar: bool | str | None,
    max_seconds: float | None = None,
) -> CampaignReport:
    """Starts `number` processes of `command` and waits for all. Signals and the end of `max_seconds` let them end what
    they have begun; one that crashed is replaced by a new one. The report says why they ended."""
    optional(patience)("max_seconds", max_seconds)
    if max_seconds is not None:
        command = [*command, "--max-seconds", f"{max_seconds:g}"]
    crew = _Crew([sys.executable, "-m", "gatepost", *command], environment, number)
    with _on_signals(crew.on_signal), display(bar, campaign.name) as shown:
        tally, before = Tally(time.time()), campaign.status().counts
        tally.pending = sum(before.get(status, 0) for status in _WAITING)
        while crew.is_at_work():
            time.sleep(_LOOK)
            if max_seconds is not None and time.time() - tally.started >= max_seconds + _LATE:
                crew.dismiss(signal.SIGTERM)  # one that took the place of another
            status = campaign.status()
            now, tally.note = status.counts, "; ".join(map(str, status.holds))
            tally.accepted = now.get("accepted", 0) - before.get("accepted", 0)
            tally.refused = now.get("refused", 0) - before.get("refused", 0)
            tally.retrying = now.get("retrying", 0)
            tally.sending = time.time() - tally.started
            shown.update(tally)
    report = campaign.report()
    if report.state == "done":
        return replace(report, notes=[*report.notes, *crew.notes])
    if crew.refused_all:
        raise typer.Exit(BAD_INPUT)  # each of them said why
    return replace(report, stopped_by=crew.stopped_by, why="; ".join(crew.why), notes=[*report.notes, *crew.notes])


@dataclass(frozen=True, slots=True)
class _Process:
    """One worker, and where it says what became of it."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def report(self) -> dict[str, Any]:
        """Its report; empty where it did not come to one."""
        with self.said:
            self.said.seek(0)
            try:
                found = json.loads(self.said.read())
            except ValueError:
                return {}
        return found if isinstance(found, dict) else {}


class _Crew:
    """The processes, until all of them have ended."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], number: int) -> None:
        self._command, self._environment = [*command, "--json"], {**os.environ, **environment}
        self._running = [self._start() for _ in range(number)]
        self._crashes = 0
        self._dismissed = False
        self._codes: list[int] = []
        self.stopped_by = ""  # as in a report
        self.why: list[str] = []  # why they ended before all was done, each reason once
        self.notes: list[str] = []

    def _start(self) -> _Process:
        said = tempfile.TemporaryFile()  # noqa: SIM115 - until it has ended; a pipe might be full
        return _Process(subprocess.Popen(self._command, env=self._environment, stdout=said, process_group=0), said)

    @property
    def refused_all(self) -> bool:
        """Whether no process could begin, for what it was given."""
        return bool(self._codes) and set(self._codes) == {BAD_INPUT}

    def is_at_work(self) -> bool:
        """Whether any runs still; one that crashed is replaced."""
        for one in [each for each in self._running if each.process.poll() is not None]:
            self._running.remove(one)
            self._hear(one.report())
            code = one.process.returncode
            self._codes.append(code)
            if code < 0 and not self._dismissed and self._crashes < _MOST_CRASHES:
                self._crashes += 1
                self._running.append(self._start())
            elif code == ACCOUNT and not self.stopped_by:
                self.stopped_by = STOPPED_BY_ACCOUNTS
        return bool(self._running)

    def _hear(self, report: Mapping[str, Any]) -> None:
        """What one says of its end."""
        for known, new in ((self.why, [report.get("why")]), (self.notes, report.get("notes", []))):
            known += [one for one in new if one and one not in known]

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Passes it on: once they end what they have begun, twice they stop at once."""
        self.stopped_by, self._dismissed = signal.Signals(number).name, False
        self.dismiss(number)

    def dismiss(self, number: int) -> None:
        """Lets all end what they have begun."""
        if not self._dismissed:
            self._dismissed = True
            for one in self._running:
                one.process.send_signal(number)


def worker_command(name: str, through: Through, wait: bool, max_refused: float) -> list[str]:
    """What `gatepost` is called with for one of them; store and accounts come from the environment."""
    command = ["worker", "--campaign", name, "--max-refused", f"{max_refused:g}"]
    if not wait:
        command.append("--no-wait")
    if through.ca is not None:
        command += ["--ca", str(through.ca)]
    if not through.verify:
        command.append("--no-verify")
    if not through.provider_limits:
        command.append("--no-provider-limits")
    for extension in through.without or ():
        command += ["--without", extension]
    for option in ("max_per_minute", "max_per_hour", "max_per_day", "warm_up"):
        if (most := getattr(through, option)) is not None:
            command += [f"--{option.replace('_', '-')}", str(most)]
    return command


def as_environment(urls: Sequence[str] | None, accounts: Sequence[Account]) -> dict[str, str]:
    """The accounts for a process of ours: nobody sees a secret there but who may see ours."""
    urls = urls or os.environ.get("GATEPOST_ACCOUNT", "").split() or [account.name for account in accounts]
    return {
        "GATEPOST_ACCOUNT": " ".join(_with_password(url, account) for url, account in zip(urls, accounts, strict=True))
    }


def _with_password(url: str, account: Account) -> str:
    scheme, mark, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, host = authority.rpartition("@")
    if not mark or not at or ":" in login or not account._password:
        return url
    return f"{scheme}://{login}:{quote(account._password, safe='')}@{host}{slash}{path}"


@contextmanager
def _on_signals(stop: signal._HANDLER) -> Iterator[None]:
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

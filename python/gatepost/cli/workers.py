"""`campaign run --workers N`: processes of this machine that send together, and one that watches them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from urllib.parse import quote

from ..accounts import Account
from ..arguments import optional, patience
from ..campaigns import Campaign, CampaignReport
from ..campaigns.run.progress import display
from ..campaigns.run.run_state import STOPPED_BY_ACCOUNTS, Tally
from ..store import Status
from .options import Through
from .output import ACCOUNT

_LOOK = 0.5
_MOST_CRASHES = 10
_WAITING = (Status.QUEUED, Status.SENDING, Status.RETRYING)


def run_workers(
    campaign: Campaign,
    number: int,
    command: Sequence[str],
    environment: dict[str, str],
    bar: bool | str | None,
    max_seconds: float | None = None,
) -> CampaignReport:
    """Starts `number` processes of `command` and waits for all. Ctrl-C, SIGTERM and the end of `max_seconds` let them
    end what they have begun; one that crashed is replaced by a new one."""
    optional(patience)("max_seconds", max_seconds)
    crew = _Crew([sys.executable, "-m", "gatepost", *command], environment, number)
    with _on_signals(crew.on_signal), display(bar, campaign.name) as shown:
        tally, before = Tally(time.time()), campaign.status().counts
        tally.pending = sum(before.get(status, 0) for status in _WAITING)
        while crew.is_at_work():
            time.sleep(_LOOK)
            if max_seconds is not None and time.time() - tally.started >= max_seconds:
                crew.dismiss()
            now = campaign.status().counts
            tally.accepted = now.get("accepted", 0) - before.get("accepted", 0)
            tally.refused = now.get("refused", 0) - before.get("refused", 0)
            tally.retrying = now.get("retrying", 0)
            tally.sending = time.time() - tally.started
            shown.update(tally)
    report = campaign.report()
    return replace(report, stopped_by="" if report.state == "done" else crew.stopped_by)


class _Crew:
    """The processes, until all of them have ended."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], number: int) -> None:
        self._command, self._environment = command, {**os.environ, **environment}
        self._running = [self._start() for _ in range(number)]
        self._crashes = 0
        self._dismissed = False
        self.stopped_by = ""  # as in a report

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=self._environment, stdout=subprocess.DEVNULL, process_group=0)

    def is_at_work(self) -> bool:
        """Whether any runs still; one that crashed is replaced."""
        for one in [each for each in self._running if each.poll() is not None]:
            self._running.remove(one)
            if one.returncode < 0 and not self._dismissed and self._crashes < _MOST_CRASHES:
                self._crashes += 1
                self._running.append(self._start())
            elif one.returncode == ACCOUNT and not self.stopped_by:
                self.stopped_by = STOPPED_BY_ACCOUNTS
        return bool(self._running)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Passes it on: once they end what they have begun, twice they stop at once."""
        self.stopped_by, self._dismissed = signal.Signals(number).name, False
        self.dismiss()

    def dismiss(self) -> None:
        """Lets all end what they have begun."""
        if not self._dismissed:
            self._dismissed = True
            for one in self._running:
                one.send_signal(signal.SIGTERM)


def worker_command(name: str, through: Through) -> list[str]:
    """What `gatepost` is called with for one of them; store and accounts come from the environment."""
    command = ["worker", "--campaign", name]
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

"""What a run is told, what it counts, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypedDict

from rich.console import Console

from ...arguments import number, refuse
from ...clocks import SteadyClock
from ..send_window import SendWindow
from .brake import MOST_REFUSED

STOPPED_BY_ACCOUNTS = "accounts"
"""A run ended because no account of it could connect or log in."""


@dataclass(slots=True)
class Tally:
    """What a run has done so far, for the progress bar and the report."""

    started: float
    accepted: int = 0
    refused: int = 0
    retrying: int = 0
    other: int = 0
    pending: int = 0  # not final yet, as of the start
    sending: float = 0.0  # seconds in which letters were under way
    note: str = ""

    @property
    def finished(self) -> int:
        """Recipients that got their final state in this run."""
        return self.accepted + self.refused + self.other


class Display(Protocol):
    """Shows how a run gets on."""

    def update(self, tally: Tally) -> None:
        """Called after each batch and while waiting."""


class RunArguments(TypedDict, total=False):
    """What Campaign.run takes besides `progress`: for those that pass it on."""

    max_seconds: float | None
    wait_for_retries: bool
    console: Console | None
    max_refused: float | None


LEASE = 30.0
_SHORTEST_LEASE = 3.0


@dataclass
class RunOptions:
    """How a run behaves."""

    wait_for_retries: bool = True
    max_seconds: float | None = None
    clock: Callable[[], float] = field(default_factory=SteadyClock)
    progress: bool | str | None = None  # how it is shown, or whether; None: in a terminal or notebook
    console: Console | None = None  # where it is shown
    max_refused: float | None = MOST_REFUSED  # the share of refusals above which it pauses
    lease: float = LEASE  # of several workers: silence after which one is taken for dead, in seconds
    start_at: float | None = None  # Unix seconds: nobody gets a letter before
    expires_at: float | None = None  # nor from then on
    window: SendWindow | None = None
    priority: int = 0  # against other campaigns of the accounts
    spread: float | None = None  # seconds over which the whole list is spread


@dataclass
class RunEnd:
    """Why the loop ended. `why` is empty where all is done."""

    state: str = "done"  # done | paused | cancelled
    why: str = ""
    by: str = ""  # a signal's name, STOPPED_BY_ACCOUNTS, or ""
    everybody: bool = False  # where several workers send: it holds for all of them, not for this one alone


def check_lease(lease: object) -> None:
    """InputError for one that a worker that is only slow would outlast."""
    if number("lease", lease) < _SHORTEST_LEASE:
        raise refuse("lease", f"{_SHORTEST_LEASE:g} seconds or more", lease)


class RunControl:
    """A run as those see it who want to end it or to know what it waits for: from any thread or signal handler, from
    the moment it was asked for, long before it sends."""

    def __init__(self) -> None:
        self.ending: RunEnd | None = None
        self.tally: Tally | None = None  # None: it has not begun to send
        self.held: Callable[[], Mapping[str, object]] = dict  # the accounts that a limit holds now, by name, and why

    def stop(self, state: str, why: str, by: str = "", *, everybody: bool = False) -> None:
        """Asks the run to end: nothing new is begun, what is in flight ends, all is settled. The first wish stands, but
        for cancel(), which nobody takes back."""
        if self.ending is None or (state == "cancelled" and self.ending.state != state):
            self.ending = RunEnd(state, why, by, everybody)

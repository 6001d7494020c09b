"""A double of the native engine for failure scripts: the server is a function, time is a number."""

from __future__ import annotations

import json
import os
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Any

from markupsafe import escape

from gatepost import _core

PAUSE = 300.0  # seconds


@dataclass
class Failure:
    """RawFailure's attributes, with those of an unknown recipient by default."""

    category: str = "recipient_unknown"
    code: int = 550
    enhanced: str = "5.1.1"
    server_text: str = "No such user"
    message: str = ""
    phase: str = "rcpt"
    permanence: str = "permanent"
    scope: str = "recipient"
    retry: str = "never"
    retry_after: int = 0
    suppress: str = "none"
    pause: str = "none"
    maybe_delivered: bool = False
    retry_after_named: bool = False

    def describe(self) -> str:
        return f"{self.phase}: {self.code} {self.server_text} ({self.category})"


GREYLISTED = Failure("greylisted", 450, "4.7.1", "Greylisted, try again in 30 seconds", permanence="temporary",
                     retry="later", retry_after=30, retry_after_named=True)  # fmt: skip
WRONG_PASSWORD = Failure("auth_failed", 535, "5.7.8", "Incorrect login or password", phase="auth", scope="session",
                         retry="after_change", pause="account")  # fmt: skip
SUSPENDED = Failure("account_blocked", 550, "5.7.1", "Your account has been suspended", phase="mail", scope="message",
                    retry="after_change", pause="account")  # fmt: skip
NO_CONNECTION = Failure(
    "connect_failed", 0, "", "", "connection refused", "connect", "temporary", "session", "later", 300
)
LOST_AFTER_DOT = Failure("connection_lost", 0, "", "", "connection lost", "final", "temporary", "session", "later", 300,
                         maybe_delivered=True)  # fmt: skip


def malformed(words: str) -> Failure:
    """What the engine says of a letter that cannot be made."""
    return Failure("message_malformed", 0, "", "", words, phase="local", scope="message")


@dataclass
class Clock:
    """Goes on only when somebody waits."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Server:
    """What the fakes share: the script, the clock, and what was delivered."""

    clock: Clock = field(default_factory=Clock)
    script: Callable[[str, str, int], Failure | None] = lambda to, account, nth: None
    untouched: set[str] = field(default_factory=lambda: {"connect_failed", "auth_failed"})
    on_letter: Callable[[int], None] = lambda n: None
    delivered: list[SimpleNamespace] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    engines: list[Engine] = field(default_factory=list)

    def engine(self) -> Engine:
        self.engines.append(Engine(self))
        return self.engines[-1]

    def queue(self) -> Queue:
        return Queue(self)


class Queue:
    """Waiting makes the server work: a few letters a time."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.rows: deque[dict[str, Any]] = deque()

    def wait(self, timeout: float, at_least: int = 1) -> bool:
        if not self.rows:
            for engine in self.server.engines:
                engine.work(self, 60)
        if not self.rows:
            self.server.clock.now += timeout
        return bool(self.rows)

    def drain(self, max: int = 10_000) -> dict[str, list[Any]]:
        rows = [self.rows.popleft() for _ in range(min(max, len(self.rows)))]
        return as_batch(rows)


def as_batch(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    names = ("ticket", "lane", "recipient", "accepted", "failure", "code", "enhanced", "reply", "queue_id",
             "message_id", "untouched", "tried", "paused_until", "started", "ended", "bytes", "transcript")  # fmt: skip
    return {name: [row[name] for row in rows] for name in names}


class Journal:
    """Lines of JSON, with the same promises as the real one."""

    error = ""

    def __init__(self, path: str) -> None:
        self.file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w")  # noqa: SIM115

    @property
    def size(self) -> int:
        return self.file.tell()

    def continue_in(self, path: str) -> None:
        self.file = open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w")  # noqa: SIM115

    def leave_to_parent(self) -> None:
        self.file.close()

    def write(self, *record: Any) -> None:
        self.file.write(json.dumps(record) + "\n")
        self.file.flush()

    @staticmethod
    def replay(paths: list[str]) -> tuple[dict[str, list[Any]], list[int], bool]:
        tickets: dict[int, dict[str, Any] | None] = {}
        for path in paths:
            with open(path) as file:
                for line in file:
                    kind, ticket, *rest = json.loads(line)
                    if kind == "R" or ticket not in tickets:
                        tickets[ticket] = rest[0] if kind == "R" else None
        for row in tickets.values():
            if row is not None and row["failure"] is not None:
                row["failure"] = Failure(**row["failure"])
        known = [row for row in tickets.values() if row is not None]
        return as_batch(known), [ticket for ticket, row in tickets.items() if row is None], False


class Program:
    """The native program, with its texts for tests to look at."""

    native = _core.MergeProgram

    def __init__(self, shared: _core.LetterContent, **options: Any) -> None:
        self.texts = {name: options[name] for name in ("subject", "text", "html", "list_unsubscribe")}
        self.render = self.native(shared, **options).render

    def merged(self, values: list[str]) -> dict[str, str | None]:
        def text(literals: list[str], slots: list[tuple[int, bool]]) -> str:
            shown = [str(escape(values[column])) if escapes else values[column] for column, escapes in slots]
            return "".join(a + b for a, b in zip(literals, [*shown, ""], strict=True))

        return {name: text(*parts) if parts is not None else None for name, parts in self.texts.items()}


class Engine:
    """Lanes, limits, pauses and cancel, one letter at a time."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lanes: list[SimpleNamespace] = []

    def add_lane(self, options: _core.LaneOptions) -> int:
        lane = SimpleNamespace(name=options.name, jobs=deque(), limits=options.limiter.limits, sent=[], paused=None)
        self.lanes.append(lane)
        return len(self.lanes) - 1

    def remember_sent(self, lane: int, at: list[float]) -> None:
        self.lanes[lane].sent += at

    def status(self, lane: int) -> dict[str, Any]:
        this, now = self.lanes[lane], self.server.clock.now
        left, free, used_up = None, None, None
        for most, window in this.limits:
            inside = [at for at in this.sent if at > now - window]
            left = min(most - len(inside), left if left is not None else most)
            if most - len(inside) <= 0:
                free, used_up = max(free or 0, inside[-most] + window), (most, window)
        if left is not None:
            left = max(0, left - len(this.jobs))
        return {"queued": len(this.jobs), "in_flight": 0, "connections": 1, "left": left, "must_ask": False,
                "next_free": free, "used_up": used_up,
                "pauses": [this.paused] if this.paused and this.paused["until"] > now else []}  # fmt: skip

    def submit_merge(
        self, lane: int, queue: Queue, journal: Journal, program: Program, mail_from: str, **c: Any
    ) -> None:
        for i, ticket in enumerate(c["tickets"]):
            row = {"to_address": c["to_address"][i], "to_name": c["to_name"][i], "message_id": c["message_id"][i],
                   "letter_id": c["letter_id"][i], "values": [column[i] for column in c["columns"]],
                   "attachments": c["attachments"][i] if c["attachments"] is not None else []}  # fmt: skip
            letter = SimpleNamespace(
                ticket=ticket, to=row["to_address"], message_id=row["message_id"], mail_from=mail_from,
                account=self.lanes[lane].name, attachments=row["attachments"], to_name=row["to_name"], queue=queue,
                journal=journal, render=partial(program.render, **row), **program.merged(row["values"]),
            )  # fmt: skip
            self.lanes[lane].jobs.append(letter)

    def cancel(self, queue: Queue, first: int | None = None, count: int = 1) -> None:
        ours = Failure("connection_lost", 0, "", "", "cancelled", "local", "temporary", "session", "later")
        for index, lane in enumerate(self.lanes):
            for letter in list(lane.jobs):
                if first is None or first <= letter.ticket < first + count:
                    lane.jobs.remove(letter)
                    self.finish(index, letter, ours, True)

    def stop(self, grace: float = 0.0) -> None:
        self.server.engines = [engine for engine in self.server.engines if engine is not self]

    def work(self, queue: Queue, most: int) -> None:
        for index, lane in enumerate(self.lanes):
            for _ in range(min(most, len(lane.jobs))):
                if self.status(index)["next_free"] is not None or not lane.jobs:
                    break
                letter = lane.jobs.popleft()
                try:
                    letter.render()
                except ValueError as error:
                    self.finish(index, letter, malformed(str(error)), False)
                    continue
                self.server.on_letter(len(self.server.delivered))
                self.server.tries[letter.to] += 1
                held = next((pause["failure"] for pause in self.status(index)["pauses"]), None)
                failure = held or self.server.script(letter.to, lane.name, self.server.tries[letter.to])
                untouched = failure is not None and (held is failure or failure.category in self.server.untouched)
                if not untouched:
                    letter.journal.write("I", letter.ticket)
                    lane.sent.append(self.server.clock.now)
                if failure is None:
                    self.server.delivered.append(letter)
                elif held is None and self.pauses(failure):
                    lane.paused = {"sender": None, "failure": failure, "until": self.server.clock.now + PAUSE}
                self.finish(index, letter, failure, untouched)

    @staticmethod
    def pauses(failure: Failure) -> bool:
        return failure.pause == "account" and failure.retry != "later" and failure.category != "relay_denied"

    def finish(self, lane: int, letter: Any, failure: Failure | None, untouched: bool) -> None:
        pause = next((one for one in self.status(lane)["pauses"] if one["failure"] is failure), None)
        row = {"ticket": letter.ticket, "lane": lane, "recipient": letter.to, "accepted": failure is None,
               "failure": failure, "code": failure.code if failure else 250, "enhanced": "2.0.0", "reply": "Ok",
               "queue_id": "" if failure else f"Q{len(self.server.delivered)}", "message_id": letter.message_id,
               "untouched": untouched, "tried": True, "paused_until": pause["until"] if pause else None,
               "started": self.server.clock.now, "ended": self.server.clock.now, "bytes": 100,
               "transcript": ""}  # fmt: skip
        letter.journal.write("R", letter.ticket, {**row, "failure": asdict(failure) if failure else None})
        letter.queue.rows.append(row)

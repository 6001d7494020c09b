"""T18: a sink over HTTP beside Mailpit. Letters a second while somebody polls the API; a list of 10,000; a search."""

from __future__ import annotations

import atexit
import json
import subprocess
import tempfile
import threading
import time
from functools import cache, partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness import Case, Contender, Numbers
from letters import sample
from peers.ports import listens
from servers import ServerProcess
from sink_bench import CONNECTIONS, LOADER

SERVERS = ("gatepost http", "mailpit")
POLLED = {"gatepost http": 10_000, "mailpit": 2_000}
"""Letters of a round while the API is polled."""
STORED = 10_000
POLL = 0.05
SEARCHES = {"a word": "курьер", "nothing": "никогда", "a subject": "subject:заказ", "an address": "to:example.test"}


@cache
def letter_file() -> Path:
    path = Path(tempfile.mkdtemp(prefix="gatepost-bench-")) / "10k.eml"
    path.write_bytes(sample("10k"))
    return path


def ask(server: ServerProcess, path: str) -> tuple[float, Any]:
    """Milliseconds until the whole answer is there, and the answer."""
    connection = HTTPConnection("127.0.0.1", server.http_port, timeout=300)
    begin = time.perf_counter()
    connection.request("GET", path)
    body = connection.getresponse().read()
    taken = (time.perf_counter() - begin) * 1000
    connection.close()
    return taken, json.loads(body)


def ready(server: ServerProcess) -> None:
    """Returns when it answers HTTP."""
    while not listens(server.http_port):
        time.sleep(0.01)


def load(server: ServerProcess, count: int) -> float:
    """Letters a second."""
    arguments = [server.port, CONNECTIONS, count, letter_file()]
    result = subprocess.run([LOADER, *map(str, arguments)], check=True, capture_output=True, timeout=300)
    report = json.loads(result.stdout)
    return float(report["letters"] / report["seconds"])


def polled(name: str) -> Numbers:
    """A fresh server takes letters while a client asks for the newest 50 all the time."""
    with ServerProcess(name) as server:
        over = threading.Event()
        asked: list[float] = []

        def poll() -> None:
            while not over.wait(POLL):
                asked.append(ask(server, "/api/v1/messages?limit=50")[0])

        ready(server)
        polling = threading.Thread(target=poll)
        polling.start()
        speed = load(server, POLLED[name])
        over.set()
        polling.join()
    return {"letters_per_second": speed, "milliseconds_per_poll": sum(asked) / max(1, len(asked))}


@cache
def filled(name: str) -> ServerProcess:
    """A server with so many letters, their words known to searches; it ends with the bench."""
    server = ServerProcess(name).__enter__()
    atexit.register(server.__exit__, None, None, None)
    load(server, STORED)
    ready(server)
    assert ask(server, f"/api/v1/search?query={quote('курьер')}")[1]["messages_count"] == STORED
    return server


def listed(name: str) -> Numbers:
    """All letters in one answer."""
    taken, answer = ask(filled(name), f"/api/v1/messages?limit={STORED}")
    assert len(answer["messages"]) == STORED
    return {"milliseconds": taken}


def searched(query: str, name: str) -> Numbers:
    """The newest 50 of what is found, and how many there are."""
    return {"milliseconds": ask(filled(name), f"/api/v1/search?query={quote(query)}")[0]}


def cases() -> list[Case]:
    """T18 of the targets."""

    def case(title: str, metric: str, more_is_better: bool, measure: Any, goal: float | None = None) -> Case:
        contenders = [Contender(name, partial(measure, name)) for name in SERVERS]
        return Case("T18", title, metric, more_is_better, contenders, {"mailpit": 1.0}, goal)

    return [
        case("letters taken while the API is polled, 10k", "letters_per_second", True, polled),
        case(f"a list of {STORED:,}", "milliseconds", False, listed, goal=100.0),
        *(
            case(f"a search for {title} among {STORED:,}", "milliseconds", False, partial(searched, query), goal=100.0)
            for title, query in SEARCHES.items()
        ),
    ]

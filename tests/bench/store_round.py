"""One round of the store bench: `python store_round.py WHAT COUNT`, JSON to stdout. WHAT is a key of ROUNDS.

A list of so many rows comes into a store and stays there if the power goes, or is sent from it into a sink in this
process. All sides read the same CSV, and build the same letters without a signature.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import polars as pl
from postgresql_server import PostgresqlServer

import gatepost as gp
import gatepost.accounts  # ours are loaded before the clock starts, as the modules of the peers are
import gatepost.campaigns.lists.csv_list
import gatepost.sending.mailer
import gatepost.store.sqlite
from campaign_round import write_list
from email_stack import Row
from harness import Numbers
from letters import FROM, template
from store_peers import DjangoMailer, ListmonkLike

CONNECTIONS = 20
SLOW = 0.02  # seconds that the sink of workers takes for a letter: connections decide, not the cores of this machine
OF_A_WORKER = 8
WORKER = """
import json, sys, gatepost as gp
store, url, connections = sys.argv[1:]
account = gp.Account(url, name="news", limits=gp.Limits(connections=int(connections)))
with gp.Campaign.open("bench", store=store, accounts=[account]) as campaign:
    print("ready", flush=True)
    sys.stdin.readline()
    print(campaign.work(progress=False).sent)
"""


class Round:
    """A folder, the list, and what has to be closed."""

    def __init__(self, folder: Path, count: int, open_: ExitStack) -> None:
        self.folder, self.count, self._open = folder, count, open_
        self.people = folder / "people.csv"
        self.source = template("1k")
        write_list(self.people, count)

    def sink(self, **rule: float) -> gp.Sink:
        sink = self._open.enter_context(gp.Sink())
        if rule:
            sink.rules.add(phase="final", **rule)
        return sink

    def postgresql(self) -> PostgresqlServer:
        """One whose writes reach the disk, as ours do."""
        server = PostgresqlServer("fsync=on")
        self._open.callback(server.close)
        return server

    def rows(self) -> Iterator[Row]:
        with self.people.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    def campaign(self, recipients: object, store: str, url: str = "smtp://127.0.0.1:1") -> gp.Campaign:
        source = self.source
        return gp.Campaign(
            "bench",
            template=gp.Template(subject=source.subject, text=source.text, html=source.html),
            recipients=recipients,  # type: ignore[arg-type]
            from_=FROM,
            accounts=[gp.Account(url, name="news", limits=gp.Limits(connections=CONNECTIONS), one_round_trip=True)],
            store=store,
        )


def most_memory() -> float:
    """Resident MiB of this process, at its peak."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(count: int, what: Callable[[], None]) -> float:
    """How many a second."""
    begin = time.perf_counter()
    what()
    return count / (time.perf_counter() - begin)


def read_in(this: Round, recipients: object) -> Numbers:
    path = this.folder / "campaign.db"
    rate = timed(this.count, lambda: this.campaign(recipients, str(path)).close())
    return {
        "rows_per_second": rate,
        "bytes_per_row": path.stat().st_size / this.count,
        "most_memory_mib": most_memory(),
    }


def rows_of_csv(this: Round) -> Numbers:
    return read_in(this, str(this.people))


def rows_of_frame(this: Round) -> Numbers:
    return read_in(this, pl.read_csv(this.people, infer_schema=False))


def rows_of_django_mailer(this: Round) -> Numbers:
    mailer = DjangoMailer(this.folder, 1)
    rate = timed(this.count, lambda: mailer.queue(this.rows(), this.source))
    return {
        "rows_per_second": rate,
        "bytes_per_row": mailer.file.stat().st_size / this.count,
        "most_memory_mib": most_memory(),
    }


def rows_of_listmonk(this: Round) -> Numbers:
    server = this.postgresql()
    store = ListmonkLike(server.url().partition("&schema")[0])
    rate = timed(this.count, lambda: store.add(this.rows()))
    [[size]] = server.sql("SELECT pg_total_relation_size('subscribers')")
    return {
        "rows_per_second": rate,
        "bytes_per_row": float(str(size)) / this.count,
        "most_memory_mib": most_memory(),
    }


def sent(this: Round, sink: gp.Sink, send: Callable[[], object]) -> Numbers:
    rate = timed(this.count, lambda: send() and None)
    assert sink.received == this.count, f"{sink.received} of {this.count} letters arrived"
    return {"letters_per_second": rate, "most_memory_mib": most_memory()}


def letters_of(this: Round, store: str) -> Numbers:
    sink = this.sink()
    with this.campaign(str(this.people), store, sink.url) as campaign:
        return sent(this, sink, lambda: campaign.run(progress=False))


def letters_on_sqlite(this: Round) -> Numbers:
    return letters_of(this, str(this.folder / "campaign.db"))


def letters_on_postgresql(this: Round) -> Numbers:
    return letters_of(this, this.postgresql().url())


def letters_without_ledger(this: Round) -> Numbers:
    """Rendered and sent with no store at all."""
    sink, source = this.sink(), this.source
    account = gp.Account(sink.url, limits=gp.Limits(connections=CONNECTIONS), one_round_trip=True)

    def letters() -> Iterator[gp.Message]:
        for row in this.rows():
            said = [
                part.replace("{{ name }}", row["name"]).replace("{{ number }}", row["number"])
                for part in (source.subject, source.text, source.html)
            ]
            yield gp.Message(from_=FROM, to=row["email"], subject=said[0], text=said[1], html=said[2])

    with gp.Mailer(account) as mailer:
        return sent(this, sink, lambda: all(result.ok for result in mailer.send_many(letters())))


def letters_of_django_mailer(this: Round) -> Numbers:
    sink = this.sink()
    mailer = DjangoMailer(this.folder, sink.port)
    mailer.queue(this.rows(), this.source)
    return sent(this, sink, mailer.send)


def letters_of_listmonk(this: Round) -> Numbers:
    sink = this.sink()
    store = ListmonkLike(this.postgresql().url().partition("&schema")[0])
    store.add(this.rows())
    return sent(this, sink, lambda: store.send(this.source, sink.port, CONNECTIONS))


def shared(this: Round, store: str, workers: int) -> Numbers:
    """Workers that begin together; each has a few connections to a sink that takes its time."""
    sink = this.sink(delay=SLOW)
    this.campaign(str(this.people), store, sink.url).close()
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, store, sink.url, str(OF_A_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(workers)
    ]
    for worker in started:
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
    begin = time.perf_counter()
    for worker in started:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    while sink.received < this.count:
        time.sleep(0.01)
        assert time.perf_counter() - begin < 300, f"{sink.received} of {this.count} letters arrived"
    seconds = time.perf_counter() - begin
    shares = [int(worker.communicate()[0]) for worker in started]
    assert sum(shares) == this.count
    fair = this.count / workers
    return {
        "letters_per_second_and_worker": this.count / seconds / workers,
        "furthest_share_percent": max(abs(share - fair) for share in shares) / fair * 100,
    }


def one_on_sqlite(this: Round) -> Numbers:
    return shared(this, str(this.folder / "campaign.db"), 1)


def four_on_postgresql(this: Round) -> Numbers:
    return shared(this, this.postgresql().url(), 4)


ROUNDS: dict[str, Callable[[Round], Numbers]] = {
    "rows csv": rows_of_csv,
    "rows frame": rows_of_frame,
    "rows django-mailer": rows_of_django_mailer,
    "rows listmonk": rows_of_listmonk,
    "letters sqlite": letters_on_sqlite,
    "letters postgresql": letters_on_postgresql,
    "letters without ledger": letters_without_ledger,
    "letters django-mailer": letters_of_django_mailer,
    "letters listmonk": letters_of_listmonk,
    "one on sqlite": one_on_sqlite,
    "four on postgresql": four_on_postgresql,
}


def main() -> None:
    what, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory(prefix="gatepost-bench-") as name, ExitStack() as open_:
        print(json.dumps(ROUNDS[what](Round(Path(name), count, open_))))


if __name__ == "__main__":
    main()

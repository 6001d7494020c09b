"""A campaign of a million from a CSV into a sink with two workers, and a picture of memory and disk over time:
`nice python tools/million.py --picture docs/million.svg` (`--rows`, `--workers` for others)."""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from gatepost.store.sqlite import SqliteStore

EVERY = 1.0  # seconds between two looks
SINK = """
import sys, gatepost as gp
with gp.Sink(limits=gp.sinks.SinkLimits(commands=None, inbox_bytes=0)) as sink:
    sink.rules.add(phase="final", discard=True)
    print(sink.url, flush=True)
    sys.stdin.read()
    print(sink.received)
"""


class Sample(NamedTuple):
    """How things stood at a time."""

    seconds: float
    phase: str  # reading the list, or sending
    accepted: int
    memory: dict[str, int]  # resident bytes by process
    store: int  # bytes, with what lies beside it
    journals: int


def write_list(path: Path, rows: int) -> None:
    """People with a name and a number, in some thousand domains."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "name", "number"])
        writer.writerows((f"user{n}@domain{n % 2039}.example", f"Пётр {n % 997}", n) for n in range(rows))


def resident(process: int) -> int:
    """Bytes of memory; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def children(process: int) -> list[int]:
    """Those that it started itself."""
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def on_disk(folder: Path) -> tuple[int, int]:
    """Bytes of the store, with the log beside it, and of journals."""
    store = journals = 0
    for path in folder.rglob("*"):
        try:
            size = path.stat().st_blocks * 512 if path.is_file() else 0
        except OSError:  # it went while we looked
            continue
        if ".journal" in path.name:
            journals += size
        else:
            store += size
    return store, journals


def watch(run: subprocess.Popen[bytes], folder: Path) -> list[Sample]:
    """Until the run ends."""
    path = folder / "campaigns.db"
    began, samples, names = time.monotonic(), [], {run.pid: "gatepost campaign run"}
    ledger: SqliteStore | None = None
    while run.poll() is None:
        for one in children(run.pid):
            names.setdefault(one, f"worker {len(names)}")
        if ledger is None and path.exists() and len(names) > 1:
            ledger = SqliteStore(str(path))
        accepted = {status.value: n for status, n in ledger.counts(1).items()}["accepted"] if ledger else 0
        memory = {name: resident(process) for process, name in names.items()}
        phase = "sending" if len(names) > 1 else "reading the list"
        seconds = time.monotonic() - began
        samples.append(Sample(seconds, phase, accepted, memory, *on_disk(folder)))
        time.sleep(EVERY)
    if ledger is not None:
        ledger.close()
    return samples


def draw(samples: Sequence[Sample], title: str, path: Path) -> None:
    """Letters, memory and disk, one above the other."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["svg.hashsalt"] = "million"
    from matplotlib import pyplot as plt

    thinned = samples[:: max(1, len(samples) // 150)]
    minutes = [one.seconds / 60 for one in thinned]
    figure, (letters, memory, disk) = plt.subplots(3, 1, sharex=True, figsize=(8, 6.5), layout="constrained")
    letters.plot(minutes, [one.accepted / 1e6 for one in thinned])
    letters.set_ylabel("accepted, millions")
    for name in samples[-1].memory:
        memory.plot(minutes, [one.memory.get(name, 0) / 2**20 or float("nan") for one in thinned], label=name)
    memory.set_ylabel("resident memory, MiB")
    memory.set_ylim(bottom=0)
    disk.plot(minutes, [one.store / 2**20 for one in thinned], label="store")
    disk.plot(minutes, [one.journals / 2**20 for one in thinned], label="journals")
    disk.set_ylabel("disk, MiB")
    disk.set_xlabel("minutes")
    for axes in (memory, disk):
        axes.legend(loc="lower right", fontsize="small")
    for axes in (letters, memory, disk):
        axes.grid(alpha=0.3)
    begin = next((one.seconds / 60 for one in samples if one.phase == "sending"), None)
    if begin is not None:
        for axes in (letters, memory, disk):
            axes.axvline(begin, color="grey", linestyle=":", linewidth=1)
        letters.text(begin, samples[-1].accepted / 1e6, " the list is read", fontsize="small", color="grey", va="top")
    figure.suptitle(title, fontsize="medium")
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def run(rows: int, workers: int, folder: Path, sink_url: str, log: TextIO) -> list[Sample]:
    """The command as a user types it."""
    people, kept = folder / "people.csv", folder / "kept"
    kept.mkdir()
    write_list(people, rows)
    (folder / "letter.txt").write_text("Здравствуйте, {{ name }}! Ваш номер {{ number }}.\n", encoding="utf-8")
    command = [
        sys.executable, "-m", "gatepost", "campaign", "run", "million", "--recipients", str(people), "--subject",
        "Письмо для {{ name }}", "--text", str(folder / "letter.txt"), "--from", "news@example.org", "--store",
        str(kept / "campaigns.db"), "--workers", str(workers), "--progress", "json",
    ]  # fmt: skip
    environment = {**os.environ, "GATEPOST_ACCOUNT": sink_url, "XDG_STATE_HOME": str(kept)}
    with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        samples = watch(process, kept)
    if process.returncode:
        raise SystemExit(f"the run ended with {process.returncode}; see {log.name}")
    return samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--picture", type=Path, help="SVG to draw")
    parser.add_argument("--samples", type=Path, help="JSON to write")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="gatepost-million-") as name,
        subprocess.Popen(
            [sys.executable, "-c", SINK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as sink,
        (Path(name) / "log").open("w") as log,
    ):
        assert sink.stdout is not None
        samples = run(given.rows, given.workers, Path(name), sink.stdout.readline().strip(), log)
        received, _ = sink.communicate()
    began = next(one.seconds for one in samples if one.phase == "sending")
    facts = {
        "rows": given.rows,
        "workers": given.workers,
        "received": int(received),
        "list_seconds": round(began, 1),
        "letters_per_second": round(given.rows / (samples[-1].seconds - began)),
        "most_memory_mib": {
            process: round(max(one.memory.get(process, 0) for one in samples) / 2**20) for process in samples[-1].memory
        },
        "store_bytes_per_row": round(samples[-1].store / given.rows),
        "most_journals_mib": round(max(one.journals for one in samples) / 2**20, 1),
    }
    print(json.dumps(facts, indent=2))
    if given.samples is not None:
        given.samples.write_text(json.dumps({**facts, "samples": [one._asdict() for one in samples]}))
    if given.picture is not None:
        title = f"{given.rows:,} recipients from a CSV, {given.workers} workers, one SQLite file"
        draw(samples, title, given.picture)


if __name__ == "__main__":
    main()

"""T6: how many letters a second a sink takes. T7: what a letter costs it in processor time. T8: T6 with a Python
function that is asked about every letter, as an aiosmtpd handler is.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers
from letters import sample
from servers import ServerProcess

LOADER = Path(__file__).resolve().parents[2] / "build" / "bench" / "tests" / "bench" / "loader"
CONNECTIONS = 20
STORING = ("gatepost", "smtp-sink", "go-smtp", "smtp-server", "aiosmtpd")
LETTERS = {
    "gatepost": 20_000,
    "gatepost on_letter": 10_000,
    "smtp-sink": 20_000,
    "go-smtp": 10_000,
    "smtp-server": 6_000,
    "aiosmtpd": 3_000,
}
"""A round: enough to take about half a second."""


def load(server: str, letter: Path) -> Numbers:
    """A round of T6 against a fresh server."""
    with ServerProcess(server) as running:
        arguments = [running.port, CONNECTIONS, LETTERS[server], letter]
        result = subprocess.run([LOADER, *map(str, arguments)], check=True, capture_output=True, timeout=120)
    report = json.loads(result.stdout)
    assert report["letters"] == LETTERS[server]
    return {"letters_per_second": report["letters"] / report["seconds"], "pipelining": float(report["pipelining"])}


def cost(server: str, size: int) -> Numbers:
    """A round of T7: smtp-source sends letters of so many bytes over connections that it keeps."""
    count = LETTERS[server] // 2
    options = ["-d", "-s", CONNECTIONS, "-m", count, "-l", size, "-f", "sender@example.org", "-t", "to@example.test"]
    with ServerProcess(server) as running:
        before = running.cpu_seconds()
        target = f"127.0.0.1:{running.port}"
        subprocess.run(["/usr/sbin/smtp-source", *map(str, options), target], check=True, timeout=120)
        used = running.cpu_seconds() - before
    return {"microseconds_per_letter": used / count * 1e6}


def cases() -> list[Case]:
    """T6 and T7 of the targets, 1k and 10k letters; T8 with 1k."""
    folder = Path(tempfile.mkdtemp(prefix="gatepost-bench-"))
    wanted = {
        "1k": ({"smtp-sink": 1.1, "aiosmtpd": 11.0}, {"aiosmtpd": 5.0}),
        "10k": ({"smtp-sink": 2.0}, {"aiosmtpd": 8.0}),
    }
    found = []
    for size, (speed_targets, cost_targets) in wanted.items():
        letter = folder / f"{size}.eml"
        letter.write_bytes(sample(size))
        found.append(
            Case(
                id="T6",
                title=f"sink, pipelining loader, {size}",
                metric="letters_per_second",
                more_is_better=True,
                contenders=[Contender(name, partial(load, name, letter)) for name in STORING],
                targets=speed_targets,
            )
        )
        found.append(
            Case(
                id="T7",
                title=f"sink, smtp-source, {size}",
                metric="microseconds_per_letter",
                more_is_better=False,
                contenders=[Contender(name, partial(cost, name, len(letter.read_bytes()))) for name in STORING],
                targets=cost_targets,
                goal=30.0,
            )
        )
    found.append(
        Case(
            id="T8",
            title="sink with a Python callable, 1k",
            metric="letters_per_second",
            more_is_better=True,
            contenders=[
                Contender(name, partial(load, name, folder / "1k.eml")) for name in ("gatepost on_letter", "aiosmtpd")
            ],
            targets={"aiosmtpd": 4.5},
        )
    )
    return found

"""T1: how many prebuilt letters a second a client hands to smtp-sink. T2: the same, one awaited call a letter."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from harness import Case, Contender, Numbers
from letters import sample
from servers import ServerProcess

BUILT = Path(__file__).resolve().parents[2] / "build" / "bench"
CONNECTIONS = 20
LETTERS = {
    "send_many": 30_000,
    "send_many_as_default": 20_000,
    "awaited_send": 15_000,
    "aiosmtplib": 4_000,
    "smtplib": 3_000,
    "nodemailer": 4_000,
    "net/smtp": 15_000,
    "smtp-source": 15_000,
    "loader": 30_000,
}
"""A round: enough to take about half a second."""

COMMANDS = {
    "nodemailer": ["node", BUILT / "node" / "send.js"],
    "net/smtp": [BUILT / "go" / "send"],
    "loader": [BUILT / "tests" / "bench" / "loader"],
}
"""All take PORT CONNECTIONS LETTERS FILE; so does send_from_python.py."""


def send(sender: str, letter: Path) -> Numbers:
    """A round against a fresh smtp-sink."""
    python = [sys.executable, Path(__file__).with_name("send_from_python.py"), sender]
    with ServerProcess("smtp-sink") as sink:
        command = [*COMMANDS.get(sender, python), sink.port, CONNECTIONS, LETTERS[sender], letter]
        result = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, timeout=120)
    report = json.loads(result.stdout)
    numbers: Numbers = {"letters_per_second": report["letters"] / report["seconds"]}
    if "cpu_seconds" in report:
        numbers["cpu_microseconds_per_letter"] = report["cpu_seconds"] / report["letters"] * 1e6
    return numbers


def send_by_smtp_source(letter: Path) -> Numbers:
    """Postfix's own; it reports nothing, so the life of its process is the time."""
    count = LETTERS["smtp-source"]
    options = ["-d", "-s", CONNECTIONS, "-m", count, "-f", "sender@example.org", "-t", "to@example.test", "-F", letter]
    with ServerProcess("smtp-sink") as sink:
        target = f"127.0.0.1:{sink.port}"
        begin = time.perf_counter()
        subprocess.run(["/usr/sbin/smtp-source", *map(str, options), target], check=True, timeout=120)
        return {"letters_per_second": count / (time.perf_counter() - begin)}


def case(id: str, title: str, contenders: list[Contender], targets: dict[str, float]) -> Case:
    return Case(id, title, "letters_per_second", more_is_better=True, contenders=contenders, targets=targets)


def cases() -> list[Case]:
    """T1 and T2 of the targets; the loader shows what smtp-sink can take."""
    letter = Path(tempfile.mkdtemp(prefix="gatepost-bench-")) / "1k.eml"
    letter.write_bytes(sample("1k"))

    def contender(name: str, sender: str) -> Contender:
        return Contender(name, partial(send, sender, letter))

    aiosmtplib = contender("aiosmtplib", "aiosmtplib")
    peers = [contender(name, name) for name in ("smtplib", "nodemailer", "net/smtp", "loader")]
    many = [
        contender("gatepost send_many", "send_many"),
        contender("gatepost, three round trips", "send_many_as_default"),
        aiosmtplib,
        *peers,
        Contender("smtp-source", partial(send_by_smtp_source, letter)),
    ]
    awaited = [contender("gatepost await send", "awaited_send"), aiosmtplib]
    return [
        case("T1", "prebuilt 1k letters into smtp-sink", many, {"aiosmtplib": 6.0, "smtp-source": 1.8}),
        case("T2", "one awaited call a letter", awaited, {"aiosmtplib": 3.0}),
    ]

"""Sinks in processes of their own: `python servers.py SERVER PORT HTTP_PORT` serves until its stdin closes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from peers.ports import HOST, free_port, wait_for_greeting

BUILT = Path(__file__).resolve().parents[2] / "build" / "bench"
MAILPIT = BUILT.parent / "e2e" / "mailpit" / "mailpit"


def serve_gatepost(port: int, http_port: int) -> None:
    """Our sink, every letter kept in its inbox."""
    import gatepost as gp

    with gp.Sink(port=port):
        sys.stdin.read()


def serve_gatepost_with_http(port: int, http_port: int) -> None:
    """Our sink with its HTTP door open."""
    import gatepost as gp

    with gp.Sink(port=port, http=gp.SinkHttp(port=http_port)):
        sys.stdin.read()


def serve_gatepost_with_callable(port: int, http_port: int) -> None:
    """Our sink, a Python function asked about every letter."""
    import gatepost as gp

    def decide(letter: gp.sinks.Letter) -> str | None:
        return "550 5.7.1 No" if "blocked" in letter.envelope.from_ else None

    with gp.Sink(port=port, on_letter=decide):
        sys.stdin.read()


def serve_aiosmtpd(port: int, http_port: int) -> None:
    """aiosmtpd, every letter kept in a list."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Keep:
        def __init__(self) -> None:
            self.letters: list[tuple[str | None, list[str], bytes | str | None]] = []

        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            if "blocked" in (envelope.mail_from or ""):
                return "550 5.7.1 No"
            self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
            return "250 OK"

    controller = Controller(Keep(), hostname=HOST, port=port)
    controller.start()
    sys.stdin.read()
    controller.stop()


def command(name: str, port: int, http_port: int) -> list[str]:
    """How a contender's server is started. smtp-sink keeps nothing: it reads and forgets."""
    if name == "smtp-sink":
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return ["/usr/sbin/smtp-sink", *user, f"{HOST}:{port}", "1000"]
    if name == "go-smtp":
        return [str(BUILT / "go" / "sink"), str(port)]
    if name == "smtp-server":
        return ["node", str(BUILT / "node" / "sink.js"), str(port)]
    if name == "mailpit":
        listen = ["--smtp", f"{HOST}:{port}", "--listen", f"{HOST}:{http_port}", "--max", "0"]
        return [str(MAILPIT), *listen, "--disable-version-check", "--smtp-disable-rdns", "--quiet"]
    return [sys.executable, __file__, name, str(port), str(http_port)]


class ServerProcess:
    """A server that greets on `.port`; `.cpu_seconds()` is the processor time that it has used so far.
    Those that answer HTTP do so on `.http_port`."""

    def __init__(self, name: str) -> None:
        self.port, self.http_port = free_port(), free_port()
        self._process = subprocess.Popen(command(name, self.port, self.http_port), stdin=subprocess.PIPE)

    def __enter__(self) -> ServerProcess:
        wait_for_greeting(self.port, self._process)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.communicate()

    def cpu_seconds(self) -> float:
        """User and system mode of all threads, by the scheduler's nanoseconds; /proc/PID/stat would round to 10 ms."""
        tasks = Path(f"/proc/{self._process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


if __name__ == "__main__":
    servers = {
        "gatepost": serve_gatepost,
        "gatepost http": serve_gatepost_with_http,
        "gatepost on_letter": serve_gatepost_with_callable,
        "aiosmtpd": serve_aiosmtpd,
    }
    servers[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))

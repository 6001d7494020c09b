"""Mailpit itself, at the version that tools/dev/peers.sh pins, and a way to ask it and a sink of ours the same."""

from __future__ import annotations

import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from .availability import built
from .ports import free_port, wait_for_greeting


@dataclass(frozen=True)
class MailApi:
    """Somewhere to send letters to and to ask about them."""

    name: str
    smtp_port: int
    http: httpx.Client

    def send(self, raw: bytes, sender: str = "ivan@example.com", to: tuple[str, ...] = ("olga@example.com",)) -> None:
        """Over SMTP; returns when the letter is there."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.sendmail(sender, to, raw)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of an answer of 200."""
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, f"{self.name}: {path} {answer.status_code} {answer.text}"
        return answer.json()

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """Any answer."""
        given = {} if body is None else {"json": body}
        return self.http.request(method, path, params=query, **given)

    def id_of(self, subject: str) -> str:
        """The id of the newest letter with this subject."""
        found: str = self.get("/api/v1/search", query=f'subject:"{subject}"')["messages"][0]["ID"]
        return found


@contextmanager
def running_mailpit(folder: Path) -> Iterator[MailApi]:
    """Mailpit on loopback with an empty mailbox."""
    program = built("mailpit") / "mailpit"
    smtp, http = free_port(), free_port()
    options = ["--smtp", f"127.0.0.1:{smtp}", "--listen", f"127.0.0.1:{http}", "--database", str(folder / "mailpit.db")]
    options += ["--disable-version-check", "--enable-chaos", "--quiet", "--smtp-disable-rdns", "--max", "0"]
    options += ["--smtp-auth-accept-any", "--smtp-auth-allow-insecure"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_greeting(smtp, process)
        retries = httpx.HTTPTransport(retries=8)
        with httpx.Client(base_url=f"http://127.0.0.1:{http}", transport=retries, timeout=30) as client:
            assert client.get("/readyz").status_code == 200
            yield MailApi("Mailpit", smtp, client)
    finally:
        process.terminate()
        process.wait(10)

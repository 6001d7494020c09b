"""swaks, the testers' own tool: how it is run against our sink, what its exit codes say (its manual, EXIT CODES)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import gatepost as gp

from .peer import LOGIN, PASSWORD

NO_GREETING, NO_HELO, REFUSED_MAIL, NO_RCPT, NO_DATA, REFUSED_LETTER = 21, 22, 23, 24, 25, 26
NO_AUTH, NO_TLS, NO_PRDR, NO_XCLIENT = 28, 29, 30, 33
ME, HER = "ivan@example.org", "olga@example.com"
AUTH = ["--auth-user", LOGIN, "--auth-password", PASSWORD]
XCLIENT = ["--xclient-addr", "192.0.2.9", "--xclient-port", "4712", "--xclient-name", "mail.example.net"]
XCLIENT += ["--xclient-helo", "helo.example.net", "--xclient-proto", "ESMTP"]

MakeSink = Callable[..., gp.Sink]
RunSwaks = Callable[..., str]


def run_swaks(program: str, sink: gp.Sink, *options: str, code: int | None = 0, to: str = HER) -> str:
    """What swaks said; its exit code must be `code` (None: any)."""
    where = [] if {"--socket", "--pipe"} & set(options) else ["--server", "127.0.0.1", "--port", str(sink.port)]
    result = subprocess.run(
        [program, *where, "--from", ME, "--to", to, "--timeout", "10", *options],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert code in (None, result.returncode), result.stdout + result.stderr
    return result.stdout


def last_transcript(sink: gp.Sink) -> str:
    """Of the session that came last."""
    return sink.sessions[-1].transcript

"""A program that is run beside a sink: gatepost sink --exec -- npm test."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from ..errors import InputError
from ..sinks import Sink

_COMMAND = "gatepost.sink.command"
_PASSED_ON = (signal.SIGTERM, signal.SIGHUP)


class SinkGroup(TyperGroup):
    """What stands behind `--` is a program's, not a command of ours."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Takes it away before commands are looked for."""
        if "--" in args:
            at = args.index("--")
            ctx.meta[_COMMAND] = args[at + 1 :]
            args = args[:at]
        return super().parse_args(ctx, args)


def program_of(ctx: typer.Context, wanted: bool) -> list[str]:
    """The program behind `--`; [] without --exec. InputError where one of the two is missing."""
    program = ctx.meta.get(_COMMAND)
    if wanted and not program:
        raise InputError("--exec takes a program behind --, as in: gatepost sink --exec -- npm test")
    if program and not wanted:
        raise InputError(f"a program behind -- is run with --exec: gatepost sink --exec -- {' '.join(program)}")
    return program or []


def run_beside(sink: Sink, program: Sequence[str]) -> int:
    """Runs it with GATEPOST_SMTP_URL, GATEPOST_SMTP_HOST, GATEPOST_SMTP_PORT and, where the sink answers HTTP,
    GATEPOST_HTTP_URL. Returns its exit status, 128 and the signal's number where one ended it."""
    environment = {
        **os.environ,
        "GATEPOST_SMTP_URL": sink.url,
        "GATEPOST_SMTP_HOST": sink.host,
        "GATEPOST_SMTP_PORT": str(sink.port),
        **({"GATEPOST_HTTP_URL": sink.http_url} if sink.http_url else {}),
    }
    try:
        child = subprocess.Popen(program, env=environment)
    except OSError as error:
        raise InputError(f"--exec: {program[0]}: {error.strerror}") from None

    def pass_on(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    before: dict[int, Any] = {number: signal.signal(number, pass_on) for number in _PASSED_ON}
    try:
        while True:
            try:
                status = child.wait()
            except KeyboardInterrupt:  # the terminal has told the program, too
                continue
            return status if status >= 0 else 128 - status
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

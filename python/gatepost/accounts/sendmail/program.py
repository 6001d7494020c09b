"""One run of a sendmail program: no shell, a letter that cannot be cut off, an end in time."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from typing import IO, NamedTuple

_MOST_SAID = 4096  # bytes
_STAYS_BEHIND = 1.0  # seconds; a child of the program may keep its output open


class Ended(NamedTuple):
    """How a run ended."""

    code: int
    said: str


def trouble_with(program: str) -> str:
    """Why this cannot be run; "" where it can."""
    if not os.path.isfile(program):
        return f"{program}: there is no such program"
    return "" if os.access(program, os.X_OK) else f"{program}: it may not be run"


def run_program(program: str, sender: str, recipients: Sequence[str], letter: bytes, patience: float) -> Ended | None:
    """Hands a letter over; None where the program had to be stopped, or was: the letter may be on its way.

    The letter stands in a file that is whole before the program begins: whatever becomes of this process, the program
    never takes half a letter for a whole one.
    """
    with tempfile.TemporaryFile() as file:
        file.write(letter)
        file.seek(0)
        try:
            process = subprocess.Popen(
                [program, "-i", "-f", sender or "<>", "--", *recipients],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return Ended(126, error.strerror or "" if isinstance(error, OSError) else "a NUL in an address")
    assert process.stdout is not None
    said = bytearray()
    reader = threading.Thread(target=_read, args=(process.stdout, said), daemon=True)
    reader.start()
    try:
        code = process.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None
    reader.join(_STAYS_BEHIND)
    return None if code < 0 else Ended(code, bytes(said).decode("utf-8", "replace"))


def _read(output: IO[bytes], said: bytearray) -> None:
    with output:
        while block := output.read1(_MOST_SAID):  # type: ignore[attr-defined]  # of a pipe's buffered reader
            said += block[: max(0, _MOST_SAID - len(said))]

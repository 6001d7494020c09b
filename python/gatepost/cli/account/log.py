"""gatepost account log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ..output import console, spoken_errors
from .common import Name, opened

_LOOK_EACH = 0.3  # seconds


def log(
    name: Name,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written from now on.")] = False,
    path: Annotated[bool, typer.Option("--path", help="Say where it is instead.")] = False,
) -> None:
    """What was said in the account's sessions."""
    with spoken_errors():
        file = opened().log(name).path
        if path:
            console.print(str(file))
            return
        reader = _Reader(file)
        while True:
            for text in reader.news():
                console.print(text, end="", soft_wrap=True)
            if not follow:
                return
            time.sleep(_LOOK_EACH)


class _Reader:
    """Reads a file that grows and may be begun anew."""

    def __init__(self, file: Path) -> None:
        self._file, self._position = file, 0
        self._begun = b""  # its first line: when it was begun

    def news(self) -> Iterator[str]:
        """What was written since the last call."""
        try:
            opened_file = self._file.open("rb")
        except FileNotFoundError:
            return
        with opened_file:
            begun = opened_file.readline(64)
            if begun != self._begun:
                self._begun, self._position = begun, 0
            opened_file.seek(self._position)
            while block := opened_file.read(1 << 16):
                block += opened_file.readline()  # whole lines: no letter is cut in two
                self._position += len(block)
                yield block.decode("utf-8", "replace")

"""Servers in other languages, each a child process that says its port and then a line of JSON for each letter."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from pathlib import Path
from types import TracebackType

from .inbox import Inbox, Letter


class ChildServer:
    """The running process: `.port`; its letters go into the inbox."""

    def __init__(self, inbox: Inbox, *command: str | Path, folder: Path | None = None) -> None:
        self._inbox = inbox
        self._process = subprocess.Popen(
            [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout
        first = self._output.readline()
        if not first:
            raise RuntimeError(f"{command[0]} ended with {self._process.wait()} and gave no port")
        self.port = int(first)
        self._reader = threading.Thread(target=self._read, name="letters of a peer", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._output:
            told = json.loads(line)
            self._inbox.add(
                Letter(
                    raw=base64.b64decode(told["data"]),
                    mail_from=told["from"],
                    rcpt_to=told["to"],
                    mail_options=told["options"],
                    rcpt_options=told.get("to_options") or [],
                    user=told["user"],
                )
            )

    def __enter__(self) -> ChildServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._reader.join(10)
        self._output.close()

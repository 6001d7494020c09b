"""mailparser and nodemailer's composer, at the versions that tests/e2e/node/package-lock.json pins."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable
from typing import Any

from .availability import built, find_program


class NodeLetters:
    """Letters read and written in Node, many in one process."""

    def __init__(self) -> None:
        self._node = find_program("node")
        self._folder = built("node")

    def _run(self, script: str, lines: Iterable[str]) -> list[str]:
        result = subprocess.run(
            [self._node, script],
            cwd=self._folder,
            input="".join(f"{line}\n" for line in lines),
            capture_output=True,
            text=True,
            timeout=120,
        )
        if result.returncode != 0:
            raise RuntimeError(result.stderr.strip())
        return result.stdout.splitlines()

    def read(self, letters: Iterable[bytes]) -> list[dict[str, Any]]:
        """What mailparser reads: subject, from, to and cc ({name, address}), text, html, attachments.

        An attachment has name, type and data.
        """
        told = [json.loads(line) for line in self._run("read.js", (base64.b64encode(raw).decode() for raw in letters))]
        for one in told:
            for file in one["attachments"]:
                file["data"] = base64.b64decode(file["data"])
        return told

    def compose(self, messages: Iterable[dict[str, Any]]) -> list[bytes]:
        """Letters by nodemailer, each of a message in its own options."""
        return [base64.b64decode(line) for line in self._run("compose.js", map(json.dumps, messages))]

"""nodemailer as a client, at the version that tests/e2e/node/package-lock.json pins."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from .availability import built, find_program


class Nodemailer:
    """Sends through nodemailer in a Node process of its own."""

    def __init__(self) -> None:
        self._node = find_program("node")
        self._folder = built("node")

    def send(self, transport: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
        """Sends messages in order over one transport (nodemailer's own options for both) and returns its infos.

        Bytes do not go through JSON: give content as {"content": base64 text, "encoding": "base64"}.
        RuntimeError with nodemailer's words where a send fails.
        """
        job = json.dumps({"transport": transport, "messages": messages})
        result = subprocess.run(
            [self._node, "send.js"], cwd=self._folder, input=job, capture_output=True, text=True, timeout=60
        )
        if result.returncode != 0:
            raise RuntimeError(result.stderr.strip())
        infos: list[dict[str, Any]] = json.loads(result.stdout)
        return infos

"""nodemailer as a client, at the version that tests/e2e/node/package-lock.json pins."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from .availability import find_program, unavailable

SOURCES = Path(__file__).resolve().parent.parent / "node"
INSTALLED = Path(__file__).resolve().parents[3] / "build" / "node"


class Nodemailer:
    """Sends through nodemailer in a Node process of its own."""

    def __init__(self) -> None:
        self._node = find_program("node")
        self._install(find_program("npm"))

    def _install(self, npm: str) -> None:
        names = ("package.json", "package-lock.json", "send.js")
        digest = hashlib.sha256(b"\0".join((SOURCES / name).read_bytes() for name in names)).hexdigest()
        done = INSTALLED / "done"
        if done.exists() and done.read_text() == digest:
            return
        INSTALLED.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(SOURCES / name, INSTALLED / name)
        result = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=INSTALLED, capture_output=True, text=True, timeout=120
        )
        if result.returncode != 0:
            unavailable(f"npm cannot install nodemailer: {result.stderr.strip()[-500:]}")
        done.write_text(digest)

    def send(self, transport: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
        """Sends messages in order over one transport (nodemailer's own options for both) and returns its infos.

        Bytes do not go through JSON: give content as {"content": base64 text, "encoding": "base64"}.
        RuntimeError with nodemailer's words where a send fails.
        """
        job = json.dumps({"transport": transport, "messages": messages})
        result = subprocess.run(
            [self._node, "send.js"], cwd=INSTALLED, input=job, capture_output=True, text=True, timeout=60
        )
        if result.returncode != 0:
            raise RuntimeError(result.stderr.strip())
        infos: list[dict[str, Any]] = json.loads(result.stdout)
        return infos

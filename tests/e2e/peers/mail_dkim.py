"""Mail::DKIM of Perl, in a process that answers questions."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .availability import find_program, unavailable

SCRIPT = Path(__file__).resolve().parent.parent / "perl" / "mail_dkim.pl"


class MailDkim:
    """`table`: DNS names to TXT records. Letters have CRLF lines."""

    def __init__(self) -> None:
        perl = find_program("perl")
        probe = subprocess.run([perl, "-MMail::DKIM", "-e", "1"], capture_output=True, text=True, timeout=60)
        if probe.returncode != 0:
            unavailable("Mail::DKIM is not installed; ./dev test installs it")
        self._process = subprocess.Popen([perl, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _ask(self, task: str, letter: bytes, table: dict[str, str], **more: str) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        question = {"do": task, "letter": base64.b64encode(letter).decode(), "table": table, **more}
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "Mail::DKIM ended; its words stand above"
        return json.loads(line)["answer"]

    def verify(self, letter: bytes, table: dict[str, str]) -> list[str]:
        """The result of each signature: "pass", "fail (body has been altered)" ..."""
        return [one["detail"] or one["result"] for one in self._ask("verify", letter, table)]

    def verify_arc(self, letter: bytes, table: dict[str, str]) -> str:
        """The chain: "none", "pass", "fail (...)"."""
        answer = self._ask("arc", letter, table)
        return str(answer["detail"] or answer["result"])

    def sign(self, letter: bytes, method: str, key: str) -> bytes:
        """The letter signed for example.com, selector s. `method`: "relaxed/simple" ...; `key`: the base64 of a PEM."""
        header = self._ask("sign", letter, {}, method=method, key=key, domain="example.com", selector="s")
        return base64.b64decode(header) + letter

    def seal(self, letter: bytes, table: dict[str, str], key: str, host: str) -> bytes:
        """The letter with a set of ARC headers for example.com, selector s."""
        more = {"key": key, "host": host, "domain": "example.com", "selector": "s"}
        return base64.b64decode(self._ask("seal", letter, table, **more)) + letter

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

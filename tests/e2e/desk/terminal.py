"""A person at a terminal of 80 columns who types gatepost commands; what was seen is kept as a transcript."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import pexpect

from desk.screen import screen

COLUMNS = 80
_GATEPOST = str(Path(sys.executable).parent / "gatepost")
_PATIENCE = 60  # seconds


def _as_at_a_desk() -> None:
    """Signals end what is typed, whatever they did to the tests (nohup)."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Command:
    """A command that was typed and may still be at work."""

    def __init__(self, terminal: Terminal, typed: str, environment: dict[str, str]) -> None:
        self._terminal, self._typed = terminal, typed
        words = [_GATEPOST if word == "gatepost" else word for word in shlex.split(typed)]
        self.child = pexpect.spawn(
            words[0], words[1:], cwd=str(terminal.folder), env=environment, dimensions=(50, COLUMNS),
            encoding="utf-8", timeout=_PATIENCE, preexec_fn=_as_at_a_desk,
        )  # fmt: skip
        self._written = ""

    def sees(self, words: str) -> None:
        """Waits until these words have been written."""
        self.child.expect_exact(words)
        self._written += self.child.before + self.child.after

    def types(self, secret: str) -> None:
        """Answers a prompt that does not echo."""
        self.child.waitnoecho()
        self.child.sendline(secret)

    def presses_ctrl_c(self) -> None:
        """The key, as the terminal sends it."""
        self.child.sendintr()

    def end(self, code: int | None) -> str:
        """Waits for the end, which has this exit code (None: it was killed); what stood on the screen."""
        self.child.expect(pexpect.EOF)
        self._written += self.child.before
        self.child.close()
        shown = screen(self._written.replace("^C", ""), COLUMNS)
        seen = "\n".join(shown).strip("\n")
        assert self.child.exitstatus == code, f"$ {self._typed}\n{seen}\nexit code {self.child.exitstatus}"
        self._terminal.add(self._typed, seen, code)
        return seen


class Terminal:
    """Types commands in a folder."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        known = ("PATH", "HOME", "LANG", "TZ")
        self._environment = {name: os.environ[name] for name in known if name in os.environ}
        self._environment |= {
            "TERM": "xterm", "COLUMNS": str(COLUMNS), "GATEPOST_LANG": "en", "PYTHONUTF8": "1",
            "GATEPOST_ACCOUNTS": str(folder / "accounts.toml"), "XDG_CONFIG_HOME": str(folder / "config"),
            "NO_COLOR": "1", **environment,
        }  # fmt: skip
        self.transcript: list[str] = []

    def begin(self, typed: str) -> Command:
        """Types a command and leaves it at work."""
        return Command(self, typed, self._environment)

    def type(self, typed: str, code: int = 0) -> str:
        """Types a command, waits for its end; what stood on the screen."""
        return self.begin(typed).end(code)

    def write(self, name: str, text: str) -> None:
        """A file, as the person's editor writes it."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def say(self, words: str) -> None:
        """A sentence of the story, between commands."""
        self.transcript.append(f"# {words}")

    def add(self, typed: str, seen: str, code: int | None) -> None:
        """A command and what it wrote."""
        end = "" if not code else f"\n(exit code {code})"
        self.transcript.append(f"$ {typed}\n{seen}{end}".rstrip())

    def set(self, **environment: Any) -> None:
        """Variables of the environment from now on."""
        self._environment |= environment

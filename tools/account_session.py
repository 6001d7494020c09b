"""docs/accounts-session.md and docs/accounts-session.ru.md: a newcomer's first hour with `gatepost account`, recorded.

The commands are typed into a terminal of 80 columns, before a sink of this machine.
"""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from account_session_steps import HEADS, PASSWORD, STEPS

import gatepost as gp

DOCS = Path(__file__).resolve().parent.parent / "docs"
LANGUAGES = ("en", "ru")
WIDTH = 80


def record(lang: str) -> str:
    """The page in one language."""
    lines = [HEADS[lang]]
    with at_home() as (home, environment), gp.Sink(tls="starttls", users={"ivan": PASSWORD}) as sink:
        (home / "ca.pem").write_text(sink.ca_pem or "")
        environment["LANG"] = {"en": "en_GB.UTF-8", "ru": "ru_RU.UTF-8"}[lang]
        for step in STEPS:
            if step.refused:
                sink.rules.add(phase="mail", reply=step.refused)
            command = step.command if isinstance(step.command, str) else step.command[lang]
            said = typed(command.replace("2525", str(sink.port)), step.password, home, environment)
            said = said.replace(str(sink.port), "2525").replace(str(home), "/home/ivan")
            shown = f"{_folded(command)}\n{said}".rstrip()
            lines.append((f"{step.words[lang]}\n\n" if step.words[lang] else "") + f"```\n$ {shown}\n```\n")
    return "\n".join(lines)


@contextmanager
def at_home() -> Iterator[tuple[Path, dict[str, str]]]:
    """A home that has no accounts yet, and an environment without a keyring."""
    home = Path(tempfile.mkdtemp(prefix="ivan-", dir="/tmp"))  # its length decides where lines break
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GATEPOST_", "XDG_", "LC_"))}
    bin_ = str(Path(sys.executable).parent)
    try:
        yield (
            home,
            {
                **kept,
                "HOME": str(home),
                "LOGNAME": "ivan",
                "COLUMNS": str(WIDTH),
                "TERM": "dumb",
                "TZ": "UTC",
                "PATH": f"{bin_}{os.pathsep}{kept['PATH']}",
                "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            },
        )
    finally:
        shutil.rmtree(home)


def typed(command: str, password: str, home: Path, environment: dict[str, str]) -> str:
    """What a terminal shows after a command."""
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["sh", "-c", command],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=home,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    while True:
        ready = select.select([ours], [], [], 0.05)[0]
        if password and said.rstrip().endswith(b":") and not termios.tcgetattr(ours)[3] & termios.ECHO:
            os.write(ours, f"{password}\n".encode())
            password = ""
        if not ready:
            continue
        try:
            block = os.read(ours, 65536)
        except OSError:  # the terminal is closed: the command has ended
            break
        said += block
    os.close(ours)
    shell.wait(timeout=60)
    text = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", said.decode()).replace("\r", "")
    rows = (line[i : i + WIDTH] for line in text.splitlines() for i in range(0, max(1, len(line)), WIDTH))
    return "\n".join(row.rstrip() for row in rows)


def _folded(command: str) -> str:
    """A long command on several lines, as a shell takes it."""
    lines = [""]
    for word in re.split(r" (?=--|\|)", command):
        if len(lines[-1]) + len(word) > 74:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def masked(page: str) -> str:
    """The page without what is another one each time: numbers, dates, durations, ids."""
    page = re.sub(r"queued as \S+|\(queue id \S+\)|\(номер в очереди \S+\)", "#", " ".join(page.split()))
    page = re.sub(r"\d[\d.,:-]*", "#", page)
    return re.sub(r"# (µs|ms|s|min|h|мкс|мс|с|мин|ч)\b( # (µs|ms|s|min|мкс|мс|с|мин)\b)?", "#", page)


def main() -> None:
    """Writes the pages that say something else than the commands do now."""
    for lang in LANGUAGES:
        page = DOCS / f"accounts-session{'' if lang == 'en' else f'.{lang}'}.md"
        recorded = record(lang)
        if not page.exists() or masked(page.read_text(encoding="utf-8")) != masked(recorded):
            page.write_text(recorded, encoding="utf-8")


if __name__ == "__main__":
    main()

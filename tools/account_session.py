"""docs/accounts-session.md and docs/accounts-session.ru.md: a newcomer's first hour with `gatepost account`, recorded.

The commands are typed into a terminal of 80 columns, before a sink of this machine.
"""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import gatepost as gp

DOCS = Path(__file__).resolve().parent.parent / "docs"
PASSWORD = "correct horse"
QUOTA = "550 5.4.5 Daily user sending quota exceeded"
LANGUAGES = ("en", "ru")
WIDTH = 80


@dataclass(frozen=True)
class Step:
    """What is said first, what is typed, what answers the question for a password, and what the server does then."""

    words: dict[str, str]
    command: dict[str, str] | str = ""
    password: str = ""
    refused: str = ""  # the reply to MAIL from now on


def both(english: str, russian: str) -> dict[str, str]:
    """A text in both languages."""
    return {"en": english, "ru": russian}


ADD = both(
    'gatepost account add news --host localhost --port 2525 --security starttls --ca ca.pem --login ivan'
    ' --sender "News <news@example.com>" --set limits.per_hour=3',
    'gatepost account add news --host localhost --port 2525 --security starttls --ca ca.pem --login ivan'
    ' --sender "Новости <news@example.com>" --set limits.per_hour=3',
)
SEND = both(
    'gatepost send --account news --to olga@example.com --subject "Invoice" --text "Hello, Olga"',
    'gatepost send --account news --to olga@example.com --subject "Счёт" --text "Здравствуйте, Ольга"',
)
STEPS = (
    Step(
        both(
            "An account is saved once it has connected and logged in. With a wrong password it is not:",
            "Учётная запись сохраняется, когда она подключилась и вошла. С неверным паролем не сохраняется:",
        ),
        ADD,
        password="wrong horse",
    ),
    Step(
        both("With the right one it is. The password is asked for and stands in no file as it is:",
             "С верным сохраняется. Пароль спрашивается и ни в одном файле не лежит открыто:"),
        ADD,
        password=PASSWORD,
    ),  # fmt: skip
    Step(
        both("A check can be had at any time, with a test letter if you like:",
             "Проверить можно когда угодно, и пробным письмом тоже:"),
        "gatepost account check news --send-to ivan@example.com",
    ),  # fmt: skip
    Step(both("A letter:", "Письмо:"), SEND),
    Step(
        both("How does the account stand? The test letter counts, as the server counts it too:",
             "Как дела у учётной записи? Пробное письмо посчитано: сервер его тоже считает:"),
        "gatepost account list",
    ),  # fmt: skip
    Step(both("One more:", "Ещё одно:"), SEND),
    Step(
        both("A fourth letter in this hour would have to wait; who does not want to, says how long at most:",
             "Четвёртому письму за этот час пришлось бы ждать; кто не хочет, говорит, сколько готов:"),
        {lang: command + " --timeout 1" for lang, command in SEND.items()},
    ),  # fmt: skip
    Step(both("Let the limit be higher:", "Поднимем ограничение:"),
         "gatepost account edit news --set limits.per_hour=200"),
    Step(
        both("Somebody wants nothing to be sent for a while, from no program:",
             "Кто-то просит пока ничего не отправлять, ни из одной программы:"),
        both('gatepost account pause news --why "until the contract is signed" --until 2h',
             'gatepost account pause news --why "ждём договор" --until 2ч'),
    ),
    Step(both("", ""), SEND),
    Step(both("It may go on:", "Можно продолжать:"), "gatepost account resume news"),
    Step(both("", ""), SEND),
    Step(
        both("Servers have limits of their own. What a server says of the account pauses it, with an end:",
             "У серверов бывают свои ограничения. Слова сервера об учётной записи приостанавливают её, на время:"),
        SEND,
        refused=QUOTA,
    ),
    Step(both("", ""), "gatepost account list"),
    Step(
        both("Its log has the words themselves:", "Сами слова есть в журнале:"),
        "gatepost account log news | tail -n 1",
    ),
    Step(both("All that is known of it:", "Всё, что о ней известно:"), "gatepost account show news"),
)  # fmt: skip
HEADS = both(
    "# A first hour with accounts\n\nWhat a newcomer types and sees, recorded in a terminal of 80 columns;"
    " [по-русски](accounts-session.ru.md). What each command\ncan do: [accounts.md](accounts.md).\n",
    "# Первый час с учётными записями\n\nЧто набирает и видит новичок, записано в терминале шириной 80 знаков;"
    " [in English](accounts-session.md). Что умеет каждая\nкоманда: [accounts.md](accounts.md). Язык берётся из"
    " настроек системы или из `GATEPOST_LANG=ru`.\n",
)


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
        yield home, {
            **kept, "HOME": str(home), "LOGNAME": "ivan", "COLUMNS": str(WIDTH), "TERM": "dumb", "TZ": "UTC",
            "PATH": f"{bin_}{os.pathsep}{kept['PATH']}", "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }  # fmt: skip
    finally:
        shutil.rmtree(home)


def typed(command: str, password: str, home: Path, environment: dict[str, str]) -> str:
    """What a terminal shows after a command."""
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(["sh", "-c", command], stdin=theirs, stdout=theirs, stderr=theirs, cwd=home,
                             env=environment, start_new_session=True)  # fmt: skip
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
    return re.sub(r"# (µs|ms|s|min|h|мкс|мс|с|мин|ч)\b( # (s|min|с|мин)\b)?", "#", page)


def main() -> None:
    """Writes both pages."""
    for lang in LANGUAGES:
        (DOCS / f"accounts-session{'' if lang == 'en' else f'.{lang}'}.md").write_text(record(lang), encoding="utf-8")


if __name__ == "__main__":
    main()

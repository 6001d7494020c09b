"""A program of the system's in a file system view of its own: users, settings and folders that it alone sees."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .availability import find_program, unavailable

_SCRIPT = """\
set -e
mount -t overlay overlay -o "lowerdir=$1:/etc" /etc
mount -t overlay overlay -o "lowerdir=$2:/usr" /usr
shift 2
while [ "$1" != -- ]; do mount --bind "$2" "$1"; shift 2; done
shift
exec "$@"
"""


def start_privately(
    package: Path,
    etc: Path,
    users: Mapping[str, str],
    mounts: Mapping[str, Path],
    command: Sequence[str | Path],
    log: Path,
) -> subprocess.Popen[bytes]:
    """Starts the command where an unpacked package lies over /usr and the files in `etc` over /etc, these users exist
    too (name: home), and these paths are those folders. Needs root.

    The process's own pid is the command's. What it says goes to the log.
    """
    if os.geteuid() != 0:
        unavailable(f"{command[0]} can be started by root only")
    _add_users(etc, users)
    words = [str(word) for pair in mounts.items() for word in pair]
    whole = [find_program("unshare"), "--mount", "sh", "-c", _SCRIPT, "sh"]
    whole += [str(etc), str(package / "usr"), *words, "--", *map(str, command)]
    with log.open("wb") as output:
        return subprocess.Popen(
            whole, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends it, and what it started: they are one process group."""
    process.terminate()
    process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _add_users(etc: Path, users: Mapping[str, str]) -> None:
    passwd, group = Path("/etc/passwd").read_text(), Path("/etc/group").read_text()
    taken = {int(line.split(":")[2]) for line in (passwd + group).splitlines()}
    free = (number for number in range(900, 1000) if number not in taken)
    for name, home in users.items():
        number = next(free)
        passwd += f"{name}:x:{number}:{number}::{home}:/bin/false\n"
        group += f"{name}:x:{number}:\n"
    (etc / "passwd").write_text(passwd)
    (etc / "group").write_text(group)

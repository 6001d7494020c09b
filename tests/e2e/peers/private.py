"""A program of Debian's in a root folder of its own, where it finds the users, settings and folders that it wants.

Nothing is mounted: the folder holds copies of the program and of the libraries that it is linked with. So it works
where mounting is not allowed (a container without CAP_SYS_ADMIN, a chroot), and sees nothing of what the host has.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

from .availability import find_program, unavailable

_LIBRARY = re.compile(r"(/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)


class PrivateRoot:
    """The folder: `package` is an unpacked Debian package, `programs` are those of its paths that run in it.

    `users` (name: home) exist there beside root and nobody, each with a number that the host gives to nobody; nobody's
    home is `/`.
    """

    def __init__(
        self, folder: Path, package: Path, programs: Sequence[str], users: Mapping[str, str], shell: bool = False
    ) -> None:
        self.folder = folder
        for name in ("bin", "dev", "etc", "tmp", "var/log"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "tmp").chmod(0o1777)
        for program in programs:
            self._copy(package / program.lstrip("/"), program)
        if shell:
            self._copy(Path(find_program("sh")).resolve(), "/bin/sh")
        self._add_null()
        self._add_users(users)
        (folder / "etc" / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\nservices: files\n")
        (folder / "etc" / "hosts").write_text("127.0.0.1 localhost\n")
        (folder / "etc" / "services").write_text("smtp 25/tcp\nsmtps 465/tcp\nsubmission 587/tcp\n")

    def make(self, path: str, mode: int, owner: str | None = None) -> Path:
        """A folder in it, at a path as the program sees it."""
        made = self.folder / path.lstrip("/")
        made.mkdir(parents=True, exist_ok=True)
        made.chmod(mode)
        if owner is not None:
            os.chown(made, self.numbers[owner], self.numbers[owner])
        return made

    def start(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        """Starts the command, seen from inside; the process's own pid is the command's. The log takes what it says."""
        whole = [find_program("chroot"), str(self.folder), *command]
        with log.open("wb") as output:
            return subprocess.Popen(
                whole,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={"PATH": "/usr/sbin:/usr/bin:/bin"},
            )

    def _copy(self, source: Path, path: str) -> None:
        for original, place in ((source, path), *((Path(one), one) for one in _libraries(source))):
            copy = self.folder / place.lstrip("/")
            if not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(original.resolve(), copy)
                copy.chmod(0o755)

    def _add_null(self) -> None:
        """/dev/null; where devices cannot be made or used, an empty file in its place."""
        null = self.folder / "dev" / "null"
        with suppress(OSError):
            os.mknod(null, stat.S_IFCHR | 0o666, os.makedev(1, 3))
        try:
            null.open("wb").close()
        except OSError:
            null.unlink(missing_ok=True)
            null.touch()
        null.chmod(0o666)

    def _add_users(self, users: Mapping[str, str]) -> None:
        known = Path("/etc/passwd").read_text() + Path("/etc/group").read_text()
        taken = {int(line.split(":")[2]) for line in known.splitlines()}
        free = (number for number in range(900, 1000) if number not in taken)
        self.numbers = {"root": 0, "nobody": 65534} | {name: next(free) for name in users}
        homes = {"root": "/", "nobody": "/", **users}
        passwd = [f"{name}:x:{number}:{number}::{homes[name]}:/bin/false" for name, number in self.numbers.items()]
        group = [f"{name}:x:{number}:" for name, number in self.numbers.items()]
        (self.folder / "etc" / "passwd").write_text("\n".join(passwd) + "\n")
        (self.folder / "etc" / "group").write_text("\n".join(group) + "\n")


@cache
def why_no_root_folder() -> str:
    """Why no program can be started in a root folder of its own here; "" where it can."""
    if os.geteuid() != 0:
        return "this is not root"
    tried = subprocess.run([find_program("chroot"), "/", find_program("true")], capture_output=True, check=False)
    return tried.stderr.decode(errors="replace").strip()


def need_root_folder(program: str) -> None:
    """Skips, or fails in CI, where `program` cannot be started in a root folder of its own."""
    if why := why_no_root_folder():
        unavailable(f"{program} needs a root folder of its own (chroot): {why}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends it, and what it started: they are one process group."""
    process.terminate()
    process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _libraries(program: Path) -> list[str]:
    told = subprocess.run([find_program("ldd"), str(program)], capture_output=True, check=False).stdout.decode()
    if "not found" in told:
        missing = ", ".join(line.split()[0] for line in told.splitlines() if "not found" in line)
        unavailable(f"{program.name} lacks libraries: {missing}; ./dev test installs them")
    return _LIBRARY.findall(told)

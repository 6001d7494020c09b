"""A PostgreSQL of the tests' own: made in a temporary folder, reached by a Unix socket, stopped again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg

_SYSTEM = Path("/usr/lib/postgresql")  # Debian keeps initdb out of PATH
_LONG = 60.0
_NUMBERS = count(1)


def programs() -> Path | None:
    """The folder with initdb and postgres of the newest version, or None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [each for each in _SYSTEM.glob("*/bin") if (each / "initdb").exists()]
    return max(versions, key=lambda each: int(each.parent.name), default=None)


class PostgresqlServer:
    """One that runs, as another user where we are root, whom PostgreSQL refuses."""

    def __init__(self, *settings: str) -> None:
        """Makes and starts it; `settings` as name=value."""
        where = programs()
        assert where is not None
        self._bin = where
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="gatepost-pg-"))
        self._user = None if os.getuid() else _somebody()
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._do(
            "initdb", "--pgdata", self._data, "--auth", "trust", "--username", "gatepost", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def url(self, schema: str = "") -> str:
        """Of a store in a schema that no other has."""
        schema = schema or f"test_{os.getpid()}_{next(_NUMBERS)}"
        return f"postgresql://gatepost@/postgres?host={self._folder}&schema={schema}"

    @property
    def folder(self) -> Path:
        """Where it may look into folders."""
        return self._folder

    @property
    def socket_path(self) -> str:
        """Of the Unix socket."""
        return str(self._folder / ".s.PGSQL.5432")

    def own(self, folder: Path) -> Path:
        """Makes a folder that it may write to."""
        folder.mkdir()
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        return folder

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Runs a statement as the owner of all."""
        with psycopg.connect(f"host={self._folder} user=gatepost dbname=postgres", autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Starts it; returns when it takes connections."""
        given = [word for setting in self._settings for word in ("-c", setting)]
        self._process = subprocess.Popen(
            [str(self._bin / "postgres"), "-D", self._data, "-k", str(self._folder), "-c", "listen_addresses=",
             "-c", "fsync=off", "-c", "max_connections=200", *given],
            stdout=subprocess.DEVNULL, stderr=(self._folder / "log").open("ab"), start_new_session=True,
            **self._as_user(),
        )  # fmt: skip
        deadline = time.monotonic() + _LONG
        while True:
            try:
                self.sql("SELECT 1")
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError((self._folder / "log").read_text(errors="replace")) from None
                time.sleep(0.02)  # between two looks; the server says nothing of itself

    def kill(self) -> None:
        """All of its processes at once, as a crash would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_LONG)

    def stop(self) -> None:
        """Breaks all connections and stops."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(_LONG)

    def close(self) -> None:
        """Stops it for good."""
        if self._process.poll() is None:
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _do(self, program: str, *arguments: str) -> None:
        subprocess.run([str(self._bin / program), *arguments], check=True, capture_output=True, **self._as_user())

    def _as_user(self) -> dict[str, object]:
        if self._user is None:
            return {"cwd": self._folder}
        return {"cwd": self._folder, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}


def _somebody() -> pwd.struct_passwd:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")

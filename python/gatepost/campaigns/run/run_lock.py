"""One run of a campaign at a time on one machine: a locked file beside the store, and what the last one wrote down."""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ...process import see_to_at_fork
from ...store import StoreError
from ...store.tokens import boot_id
from ..campaign_id import campaign_id_of
from .journal_files import JournalFiles

_RECOVERY = 30.0  # seconds in which a worker that is alone settles what dead ones left; others wait so long


class AlreadyRunning(StoreError):
    """Another process, or another thread of this one, is running this campaign."""


def _beside(store_url: str, name: str) -> Path:
    if "://" in store_url:
        folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "gatepost"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{store_url.partition('://')[2]}.{name}"
    if store_url.startswith(":"):
        return Path(tempfile.gettempdir()) / f"gatepost-{os.getpid()}-{name}"
    path = Path(store_url).absolute()
    return path.with_name(f"{path.name}.{name}")


class LastRun(NamedTuple):
    """The run that held the lock before."""

    accounts: list[str]
    of_this_boot: bool  # False: the system may have gone down with records that had not reached the disk
    store: str  # the uid of its store; "" where it is not known


def campaign_files(store_url: str, campaign_id: int, name: str) -> Path:
    """What the names of a campaign's files begin with; `store_url` as in `Store.identity`."""
    return _beside(store_url, f"{campaign_id_of(name)[:60]}-{campaign_id}")


def seats_beside(base: Path) -> dict[int, Path]:
    """The lock files of single workers; `base` as of `campaign_files`."""
    name = re.compile(re.escape(base.name) + r"\.w([0-9]+)\.run")
    return {int(found[1]): file for file in base.parent.iterdir() if (found := name.fullmatch(file.name))}


def has_dead_seat(store_url: str, campaign_id: int, name: str) -> bool:
    """Whether a worker of this machine died and what it left was not settled."""
    return not all(map(_is_locked, seats_beside(campaign_files(store_url, campaign_id, name)).values()))


class RunLock:
    """Held while a campaign runs; the system lets go of it when the process dies, however it dies."""

    def __init__(
        self, store_url: str, campaign_id: int, name: str, *, shared: bool = False, seat: int | None = None
    ) -> None:
        """Locks. AlreadyRunning where somebody else holds the lock. `shared`: with other workers, but `alone` until
        `share`, where nobody else is there yet. `seat`: that of one worker instead of the campaign's."""
        base = campaign_files(store_url, campaign_id, name)
        if seat is not None:
            base = base.with_name(f"{base.name}.w{seat}")
        self.journal = JournalFiles(base)
        self._path = Path(f"{base}.run")
        deadline = time.monotonic() + (_RECOVERY if shared else 0.0)
        while not self._lock(shared):
            if time.monotonic() >= deadline:
                raise AlreadyRunning(
                    f"campaign {name!r} is running already (lock {self._path}); wait for that run, or pause it"
                )
            time.sleep(0.05)
        see_to_at_fork(self)

    def _lock(self, shared: bool) -> bool:
        """One try."""
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.alone = _flock(self._file, fcntl.LOCK_EX)
        if self.alone or (shared and _flock(self._file, fcntl.LOCK_SH)):
            with suppress(OSError):
                if os.path.sameopenfile(self._file, again := os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)):
                    os.close(again)
                    return True
                os.close(again)  # another file by now: who had ours took it away
        os.close(self._file)
        self._file = -1
        return False

    @staticmethod
    def is_held(store_url: str, campaign_id: int, name: str) -> bool:
        """Whether a run of this machine is at work, alone or as one of several workers."""
        base = campaign_files(store_url, campaign_id, name)
        return any(_is_locked(file) for file in (Path(f"{base}.run"), *seats_beside(base).values()))

    def share(self) -> None:
        """Other workers come in from now on. AlreadyRunning where a run came in before them."""
        self.alone = False
        if not _flock(self._file, fcntl.LOCK_SH):
            raise AlreadyRunning(f"another run was faster (lock {self._path}); try again")

    def before_fork(self) -> None:
        """Nothing to do."""

    def after_fork_in_parent(self, rest: None) -> None:
        """Nothing to do."""

    def after_fork_in_child(self, rest: None) -> None:
        """The locks are not the child's, and must not outlive the parent in it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self.journal.leave_to_parent()

    def last_run(self) -> LastRun:
        """What the run that was here before wrote down."""
        text = os.pread(self._file, 1 << 20, 0).decode(errors="replace")
        try:
            found = json.loads(text)
            of_this_boot = found["boot"] == boot_id() != ""
            return LastRun([str(name) for name in found["accounts"]], of_this_boot, str(found["store"]))
        except (ValueError, TypeError, KeyError):
            return LastRun([], False, "")

    def write_down(self, accounts: Sequence[str], store: str) -> None:
        """The accounts, in the order that tickets count them, and the uid of the store, for the run that may have to
        read this one's journal."""
        data = json.dumps({"accounts": list(accounts), "boot": boot_id(), "store": store}).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, data, 0)

    def release(self) -> None:
        """Lets go; the lock file stays while there is a journal to read."""
        if self._file < 0:
            return
        if not self.journal.left_behind() and _flock(self._file, fcntl.LOCK_EX):
            with suppress(OSError):  # its disk may have become read-only; the next run takes it as it is
                self._path.unlink(missing_ok=True)
        fcntl.flock(self._file, fcntl.LOCK_UN)  # also where a child has a copy of the descriptor
        os.close(self._file)
        self._file = -1


def _flock(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_locked(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _flock(file, fcntl.LOCK_SH)
    finally:
        os.close(file)

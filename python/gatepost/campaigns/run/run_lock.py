"""One run of a campaign at a time on one machine: a locked file beside the store, and what the last one wrote down."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ...process import see_to_at_fork
from ...store import StoreError
from ...store.tokens import boot_id
from ..campaign_id import campaign_id_of
from .journal_files import JournalFiles


class AlreadyRunning(StoreError):
    """Another process, or another thread of this one, is running this campaign."""


def _beside(store_url: str, name: str) -> Path:
    if "://" in store_url:
        folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "gatepost"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name
    if store_url.startswith(":"):
        return Path(tempfile.gettempdir()) / f"gatepost-{os.getpid()}-{name}"
    path = Path(store_url).absolute()
    return path.with_name(f"{path.name}.{name}")


class LastRun(NamedTuple):
    """The run that held the lock before."""

    accounts: list[str]
    of_this_boot: bool  # False: the system may have gone down with records that had not reached the disk


class RunLock:
    """Held while a campaign runs; the system lets go of it when the process dies, however it dies."""

    def __init__(self, store_url: str, campaign_id: int, name: str) -> None:
        """Locks. AlreadyRunning where somebody else holds the lock."""
        base = _beside(store_url, f"{campaign_id_of(name)[:60]}-{campaign_id}")
        self.journal = JournalFiles(base)
        self._path = Path(f"{base}.run")
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise AlreadyRunning(
                f"campaign {name!r} is running already (lock {self._path}); wait for that run, or pause it"
            ) from None
        see_to_at_fork(self)

    @staticmethod
    def is_held(store_url: str, campaign_id: int, name: str) -> bool:
        """Whether a run of this machine is at work."""
        base = _beside(store_url, f"{campaign_id_of(name)[:60]}-{campaign_id}")
        try:
            file = os.open(f"{base}.run", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(file)
        return False

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
            return LastRun([str(name) for name in found["accounts"]], found["boot"] == boot_id() != "")
        except (ValueError, TypeError, KeyError):
            return LastRun([], False)

    def write_down(self, accounts: Sequence[str]) -> None:
        """The accounts, in the order that tickets count them, for the run that may have to read this one's journal."""
        data = json.dumps({"accounts": list(accounts), "boot": boot_id()}).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, data, 0)

    def release(self) -> None:
        """Lets go; the lock file stays while there is a journal to read."""
        if self._file < 0:
            return
        if not self.journal.left_behind():
            self._path.unlink(missing_ok=True)
        fcntl.flock(self._file, fcntl.LOCK_UN)  # also where a child has a copy of the descriptor
        os.close(self._file)
        self._file = -1

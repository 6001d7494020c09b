"""One run of a campaign at a time on one machine: a locked file beside the store, and the journal's place."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ... import _core
from ...process import see_to_at_fork
from ...store import StoreError
from ..campaign_id import campaign_id_of


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


class RunLock:
    """Held while a campaign runs; the system lets go of it when the process dies, however it dies."""

    def __init__(self, store_url: str, campaign_id: int, name: str) -> None:
        """Locks. AlreadyRunning where somebody else holds the lock."""
        base = _beside(store_url, f"{campaign_id_of(name)[:60]}-{campaign_id}")
        self.journal = Path(f"{base}.journal")
        self._path = Path(f"{base}.run")
        self._writes: _core.Journal | None = None
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
        if self._writes is not None:
            _core.Journal.leave_to_parent(self._writes)
            self._writes = None

    def new_journal(self) -> _core.Journal:
        """The journal of this run. OSError where it cannot be made."""
        self._writes = _core.Journal(str(self.journal))
        return self._writes

    def accounts(self) -> list[str]:
        """The accounts of the run that was here before, in the order that its tickets count them."""
        text = os.pread(self._file, 1 << 20, 0).decode(errors="replace")
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            return []
        return [str(name) for name in found] if isinstance(found, list) else []

    def write_accounts(self, names: Sequence[str]) -> None:
        """Writes them down for the run that may have to read this one's journal."""
        data = json.dumps(list(names)).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, data, 0)

    def release(self) -> None:
        """Lets go; the lock file stays while there is a journal to read."""
        if self._file < 0:
            return
        if not self.journal.exists():
            self._path.unlink(missing_ok=True)
        fcntl.flock(self._file, fcntl.LOCK_UN)  # also where a child has a copy of the descriptor
        os.close(self._file)
        self._file = -1

"""One writer at a time, over threads and processes."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import InputError
from ..places import make_private

PATIENCE = 10.0


@contextmanager
def locked(file: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Holds the lock of `file`, which stands beside it as .NAME.lock. InputError where another keeps it for longer."""
    target = Path(os.path.realpath(file))
    make_private(target.parent)
    lock = target.with_name(f".{target.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise InputError(f"{file}: another program is changing it; try again when it is done") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)

"""A Unix socket of this process, in a folder that its user alone may enter, behind which a sendmail program stands."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from ...errors import InputError, with_errno
from ...process import Home
from .session import LmtpSession

_LONGEST = 100  # bytes of a socket's path; the system takes some 107


class SendmailBridge:
    """Serves until it is closed, each connection on a thread of its own. `path`: of the socket."""

    def __init__(self, program: str, patience: float) -> None:
        self._program, self._patience = program, patience
        self._home = Home()
        self._folder = _new_folder()
        self.path = str(Path(self._folder, "s"))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen()
        threading.Thread(target=self._accept, name="gatepost-sendmail", daemon=True).start()

    @property
    def here(self) -> bool:
        """False in a child of the process that made it, which needs one of its own."""
        return self._home.here

    def close(self) -> None:
        """Takes no more connections; what has begun goes on. Nothing in a child."""
        if not self._home.here:
            return
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(connection,), name="gatepost-sendmail", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # who went has heard enough
            LmtpSession(connection, self._program, self._patience).serve()


def _new_folder() -> str:
    try:
        folder = tempfile.mkdtemp(prefix="gatepost-")
        if len(folder.encode()) > _LONGEST:
            shutil.rmtree(folder, ignore_errors=True)
            folder = tempfile.mkdtemp(prefix="gatepost-", dir="/tmp")
    except OSError as error:
        raise with_errno(
            InputError(f"account: no temporary folder for the socket to sendmail: {error.strerror}"), error.errno
        ) from None
    return folder

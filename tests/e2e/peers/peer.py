"""What the tests know of any mail server: its doors, its mechanisms, what it received."""

from __future__ import annotations

import time
from contextlib import ExitStack
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import quote

from .inbox import Inbox, Letter
from .ports import HOST

DOMAIN = "example.test"  # every peer takes mail for it; nobody@ is refused, full@ over LMTP after the letter
LOGIN, PASSWORD = f"olga@{DOMAIN}", "s3cret+100%/&="
TOKEN = "ya29.token-of-olga"


class Peer:
    """A mail server of somebody else's, running. One instance serves all tests: letters are told apart by recipient."""

    name: ClassVar[str]
    mechanisms: ClassVar[frozenset[str]] = frozenset()
    doors: ClassVar[frozenset[str | None]] = frozenset({None, "starttls", "implicit"})
    speaks_lmtp: ClassVar[bool] = False
    tls_version: ClassVar[str] = "TLSv1.3"
    utf8: ClassVar[bool] = True

    def __init__(self) -> None:
        self.inbox = Inbox()

    def port(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> int:
        """Of the door with this security; behind `login` nobody sends without one."""
        raise NotImplementedError

    def url(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> str:
        """The same as an account's URL, with LOGIN and PASSWORD where they are needed."""
        scheme = "lmtp" if lmtp else {None: "smtp", "starttls": "smtp+starttls", "implicit": "smtps"}[tls]
        user = f"{quote(LOGIN, safe='')}:{quote(PASSWORD, safe='')}@" if login else ""
        return f"{scheme}://{user}{HOST}:{self.port(tls, login, lmtp)}"

    def log(self) -> str:
        """What it says of itself; "" where it says nothing."""
        return ""

    def wait_for_log(self, words: str, timeout: float = 20.0) -> None:
        """Returns when the log has these words; AssertionError with the log when the time is over."""
        deadline = time.monotonic() + timeout
        while words not in self.log():
            assert time.monotonic() < deadline, f"no {words!r} in the log:\n{self.log()[-5000:]}"
            time.sleep(0.05)

    def received(self, to: str, count: int = 1) -> list[Letter]:
        """The letters for this recipient as soon as there are so many; AssertionError with the log where they do not
        come."""
        try:
            return self.inbox.wait(count, to=to)
        except AssertionError as error:
            error.add_note(self.log()[-5000:])
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        raise NotImplementedError


class LazyPeer(Peer):
    """A peer that opens each door when it is asked for, as a server of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._ports: dict[tuple[str | None, bool, bool], int] = {}

    def _open(self, tls: str | None, login: bool, lmtp: bool) -> int:
        """Starts the server, to be stopped by `_stack`; returns its port."""
        raise NotImplementedError

    def port(self, tls: str | None = None, login: bool = False, lmtp: bool = False) -> int:
        door = tls, login, lmtp
        if door not in self._ports:
            self._ports[door] = self._open(*door)
        return self._ports[door]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

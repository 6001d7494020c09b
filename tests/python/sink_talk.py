"""What the tests of the sink say and send."""

from __future__ import annotations

import socket
from contextlib import closing

LETTER = b"Message-Id: <1@example.org>\r\nSubject: one\r\n\r\nHello\r\n"


class Talk:
    """A client that says what a test wants, line by line."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self._lines = connected.makefile("rb")

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        with closing(self.socket), closing(self._lines):
            pass

    def say(self, text: str) -> None:
        self.socket.sendall(text.encode())

    def reply(self) -> str:
        """The next reply, all its lines; "" where the server hangs up."""
        lines = []
        while line := self._lines.readline().decode():
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    def ask(self, command: str) -> str:
        self.say(command + "\r\n")
        return self.reply()


def talk_to(port: int) -> Talk:
    return Talk(socket.create_connection(("127.0.0.1", port), timeout=20))


def talk_at(path: str) -> Talk:
    connected = socket.socket(socket.AF_UNIX)
    connected.settimeout(20)
    connected.connect(path)
    return Talk(connected)

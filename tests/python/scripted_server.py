"""A server that answers by a table, for what no sink would say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from types import TracebackType

Answers = Callable[[str], str]
"""From a command's line to the reply, its lines parted by LF; "" hangs up."""


class ScriptedServer:
    """Serves one client after the other until it is left. `said` holds what clients wrote, a line each."""

    def __init__(self, answer: Answers, greeting: str = "220 mx.example") -> None:
        self._answer = answer
        self._greeting = greeting
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.said: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(20)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.settimeout(20)
            with client, client.makefile("rb") as lines:
                _say(client, self._greeting)
                for line in lines:
                    command = line.decode().rstrip("\r\n")
                    self.said.append(command)
                    reply = "221 bye" if command == "QUIT" else self._answer(command)
                    if not reply or not _say(client, reply) or command == "QUIT":
                        break


def _say(client: socket.socket, reply: str) -> bool:
    try:
        client.sendall(reply.replace("\n", "\r\n").encode() + b"\r\n")
    except OSError:
        return False
    return True

"""A server that lets in fewer clients than come, and tells the others so where a test wants it."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Self

PHASES = ("tcp", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "final")


class FullServer:
    """One thread for each client. Those beyond `cap` meet `words` at `phase`; "" hangs up, "reset" does so by RST.

    `per_window`: seconds for which a client counts, from when it came in; else it counts until it goes.
    """

    def __init__(
        self, cap: int, phase: str, words: str, *, per_window: float = 0.0, tls: ssl.SSLContext | None = None
    ) -> None:
        assert phase in PHASES
        self.cap, self.phase, self.words, self.per_window, self.tls = cap, phase, words, per_window, tls
        self.letters: Counter[str] = Counter()
        self.connections = self.turned_away = self.most_at_once = 0
        self._in: dict[socket.socket, float] = {}
        self._clients: list[tuple[socket.socket, threading.Thread]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for client, thread in self._clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(client,))
                self._clients.append((client, thread))
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        try:
            _Session(self, client).run()
        except (OSError, EOFError):
            pass
        finally:
            client.close()
            if not self.per_window:
                with self._lock:
                    self._in.pop(client, None)

    def lets_in(self, client: socket.socket) -> bool:
        """Whether there is room for this client; one that is in already has to go where the cap has shrunk."""
        with self._lock:
            now = time.monotonic()
            if self.per_window:
                self._in = {one: at for one, at in self._in.items() if one is client or now - at < self.per_window}
            was_in = client in self._in
            room = len(self._in) <= self.cap if was_in else len(self._in) < self.cap
            if room:
                self._in.setdefault(client, now)
                self.most_at_once = max(self.most_at_once, len(self._in))
            else:
                self._in.pop(client, None)
                self.turned_away += 1
            return room

    def took(self, recipients: list[str]) -> None:
        with self._lock:
            self.letters.update(recipients)


class _Session:
    def __init__(self, server: FullServer, client: socket.socket) -> None:
        self.server, self.own, self.socket = server, client, client
        self.lines = client.makefile("rb")

    def say(self, text: str) -> None:
        self.socket.sendall(f"{text}\r\n".encode())

    def hear(self) -> str:
        line = self.lines.readline()
        if not line:
            raise EOFError
        return line.decode().rstrip("\r\n")

    def passes(self, phase: str) -> bool:
        """False where the client was told to go, but may stay; EOFError where it was hung up on."""
        if phase != self.server.phase or self.server.lets_in(self.own):
            return True
        words = self.server.words
        if words == "reset":
            self.own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise EOFError
        if not words:
            raise EOFError
        self.say(words)
        if words.startswith("421") or phase in ("greeting", "ehlo"):
            raise EOFError
        return False

    def run(self) -> None:
        self.passes("tcp")
        if self.passes("greeting"):
            self.say("220 full.example ESMTP")
        recipients: list[str] = []
        while True:
            verb, _, rest = self.hear().partition(" ")
            match verb.upper():
                case "EHLO":
                    if self.passes("ehlo"):
                        secure = self.server.tls is None or self.socket is not self.own
                        self.say(
                            "250-full.example\r\n" + ("250-PIPELINING\r\n250 AUTH PLAIN" if secure else "250 STARTTLS")
                        )
                case "STARTTLS":
                    if self.passes("starttls"):
                        self.say("220 2.0.0 go on")
                        assert self.server.tls is not None
                        self.socket = self.server.tls.wrap_socket(self.own, server_side=True)
                        self.lines = self.socket.makefile("rb")
                case "AUTH":
                    if self.passes("auth"):
                        self.say("235 2.7.0 welcome")
                case "MAIL":
                    recipients = []
                    if self.passes("mail"):
                        self.say("250 2.1.0 ok")
                case "RCPT":
                    if self.passes("rcpt"):
                        recipients.append(rest.partition("<")[2].partition(">")[0])
                        self.say("250 2.1.5 ok")
                case "DATA":
                    self.data(recipients)
                case "RSET":
                    self.say("250 2.0.0 ok")
                case "QUIT":
                    self.say("221 2.0.0 bye")
                    return
                case _:
                    self.say("500 5.5.1 what?")

    def data(self, recipients: list[str]) -> None:
        if not recipients:
            self.say("503 5.5.1 nobody to send to")
            return
        if not self.passes("data"):
            return
        self.say("354 go on")
        while self.hear() != ".":
            pass
        if self.passes("final"):
            self.server.took(recipients)
            self.say("250 2.0.0 queued as 1")

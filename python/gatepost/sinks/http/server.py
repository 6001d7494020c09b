"""The HTTP door of a running sink: a server on a thread of its own, ended with the sink."""

from __future__ import annotations

import secrets
import socket
import threading
from typing import TYPE_CHECKING

from ...errors import InputError
from .options import SinkHttp, is_loopback

if TYPE_CHECKING:
    from .app import Door
    from .served import ServedSink

_POLL = 0.05  # seconds between two looks at what came
_INDEX_AT_ONCE = 16
_PATIENCE = 5.0


class HttpServer:
    """Listens as soon as it is made, until `close()`."""

    def __init__(self, sink: ServedSink, options: SinkHttp) -> None:
        try:
            import uvicorn

            from .app import Door
        except ModuleNotFoundError as error:
            raise InputError(f"http: {error}; pip install 'gatepost[web]' brings what it needs") from None
        self._host = options.host
        self.token = options.token or (None if is_loopback(options.host) else secrets.token_urlsafe(16))
        self._socket = _listen(options.host, options.port)
        self.port: int = self._socket.getsockname()[1]
        self.door: Door = Door(sink, hosts=(options.host, *options.allowed_hosts), token=self.token)
        config = uvicorn.Config(
            self.door.app,
            http="h11",  # which bounds the head of a request
            log_config=None,
            log_level="error",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
            ws_max_size=1 << 16,
            h11_max_incomplete_event_size=64 << 10,
        )
        self._server = uvicorn.Server(config)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, name="gatepost sink http", daemon=True),
            threading.Thread(target=self._follow, name="gatepost sink http index", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        """Its address: "http://127.0.0.1:8025"."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def close(self) -> None:
        """Stops listening; requests at work are dropped after a second."""
        self._stopping.set()
        self.door.close()
        self._server.should_exit = True
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_PATIENCE)
        self._socket.close()

    def _serve(self) -> None:
        import asyncio  # here, so that tests without it do not load it

        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _follow(self) -> None:
        mailbox = self.door.mailbox
        while not self._stopping.is_set():
            mailbox.follow()
            if not mailbox.index(_INDEX_AT_ONCE):
                self._stopping.wait(_POLL)


def _listen(host: str, port: int) -> socket.socket:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = infos[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)  # from now on clients can connect, however long the loop takes to begin
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"http: {error.strerror}: {host}:{port}") from None
    return listening

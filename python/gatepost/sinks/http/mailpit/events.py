"""Events over a WebSocket: new letters, changes, counts."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

from .about import COMPATIBLE_WITH

if TYPE_CHECKING:
    from starlette.routing import WebSocketRoute
    from starlette.websockets import WebSocket

_MOST_WAITING = 1000


class Events:
    """/api/events. A client that does not keep up is let go, as at Mailpit."""

    def __init__(self) -> None:
        from starlette.routing import WebSocketRoute

        self._lock = threading.Lock()
        self._clients: dict[asyncio.Queue[str | None], asyncio.AbstractEventLoop] = {}
        self.routes: list[WebSocketRoute] = [WebSocketRoute("/api/events", self._serve)]

    @property
    def listening(self) -> bool:
        """Whether there is a client."""
        return bool(self._clients)

    def tell(self, kind: str, data: Any) -> None:
        """To all clients; from any thread."""
        if kind == "stats":
            data = {**data, "Version": COMPATIBLE_WITH}
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        self._put(f'{{"Type":"{kind}","Data":{text}}}')

    def close(self) -> None:
        """Lets all clients go."""
        self._put(None)

    def _put(self, text: str | None) -> None:
        with self._lock:
            for queue, loop in self._clients.items():
                loop.call_soon_threadsafe(_offer, queue, text)

    async def _serve(self, socket: WebSocket) -> None:
        from starlette.websockets import WebSocketDisconnect

        await socket.accept()
        queue: asyncio.Queue[str | None] = asyncio.Queue(_MOST_WAITING)
        with self._lock:
            self._clients[queue] = asyncio.get_running_loop()
        listening = asyncio.ensure_future(_until_gone(socket))
        try:
            while True:
                told = asyncio.ensure_future(queue.get())
                await asyncio.wait({told, listening}, return_when=asyncio.FIRST_COMPLETED)
                if not told.done():
                    told.cancel()
                    return
                if (text := told.result()) is None:
                    await socket.close()
                    return
                await socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            listening.cancel()
            with self._lock:
                del self._clients[queue]


def _offer(queue: asyncio.Queue[str | None], text: str | None) -> None:
    if queue.full() or text is None:
        while not queue.empty():
            queue.get_nowait()
        text = None
    queue.put_nowait(text)


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass

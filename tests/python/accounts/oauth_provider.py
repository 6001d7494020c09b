"""A provider of OAuth tokens on this machine: it answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Answer = tuple[int, Any]
"""HTTP status, and what becomes JSON; bytes are sent as they are; for a redirect the place to go to."""


@dataclass
class Provider:
    """`answers` are given in turn, the last one again and again; `asked` has the forms, with the path as "path"."""

    url: str = ""
    answers: list[Answer | Callable[[dict[str, str]], Answer]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, form: dict[str, str]) -> Answer:
        with self.lock:
            self.asked.append(form)
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return given(form) if callable(given) else given

    def settings(self, flow: str = "device") -> str:
        """The oauth table of an account."""
        return (
            f'[news.oauth]\nclient_id = "client-7"\nflow = "{flow}"\ntoken_url = "{self.url}/token"\n'
            f'device_url = "{self.url}/device"\nauthorize_url = "{self.url}/authorize"\nscope = "mail:smtp"\n'
        )


def gives(access: str = "access-1", refresh: str | None = "refresh-1", **more: Any) -> Answer:
    reply = {"access_token": access, "token_type": "Bearer", "expires_in": 3600, **more}
    return 200, reply if refresh is None else {**reply, "refresh_token": refresh}


def codes(**more: Any) -> Answer:
    return 200, {
        "device_code": "device-secret", "user_code": "WDJB-MJHT", "verification_uri": "https://example.com/device",
        "expires_in": 600, "interval": 1, **more,
    }  # fmt: skip


def refuses(error: str, description: str = "") -> Answer:
    return 400, {"error": error, "error_description": description}


@contextmanager
def provider_here() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {key: values[0] for key, values in parse_qs(raw, keep_blank_values=True).items()}
            status, body = provider.answer({"path": self.path, **form})
            data = body if isinstance(body, bytes) else b"" if 300 <= status < 400 else json.dumps(body).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(OSError):  # who asked has heard enough
                self.wfile.write(data)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

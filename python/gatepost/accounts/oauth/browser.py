"""Signing in by a browser that comes back to this machine with a code (RFC 8252, RFC 7636)."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ...durations import duration
from ...errors import InputError, with_errno
from ...language import gettext as _
from ...shown import shown
from .errors import SignInNeeded, TokenError
from .page import SignInPage
from .server import TokenServer

_PATIENCE = 600.0  # seconds for a person
_DONE = (
    "<!doctype html><meta charset=utf-8><title>gatepost</title><p>Signed in: this page may be closed."
    "<p>Вход выполнен: эту страницу можно закрыть.\n"
)
_NOT_DONE = (
    "<!doctype html><meta charset=utf-8><title>gatepost</title><p>Not signed in; the terminal says why."
    "<p>Вход не выполнен; причина показана в терминале.\n"
)


def browser_sign_in(
    server: TokenServer,
    show: Callable[[SignInPage], None],
    ask: Callable[[], str] | None = None,
    patience: float = _PATIENCE,
) -> Mapping[str, Any]:
    """The token server's reply once a person has signed in.

    `ask`: asks a person for the address at which their browser ended, where it runs on another machine; else the
    browser comes back to a port of this one. SignInNeeded where they refused or were too late.
    """
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    with _Listener(server.provider.redirect_url, state) as listener:
        show(SignInPage(server.browser_page(state, verifier, listener.url)))
        code = code_of(ask().strip(), state) if ask is not None else listener.code(patience)
        return server.browser_token(code, verifier, listener.url)


def code_of(address: str, state: str) -> str:
    """The code in the address at which a browser ended (RFC 6749 §4.1.2)."""
    try:
        given = parse_qs(urlsplit(address).query, max_num_fields=50)
    except ValueError:
        given = {}
    if not secrets.compare_digest(given.get("state", [""])[0].encode(), state.encode()):
        raise SignInNeeded(_("the browser came back from another sign-in; try again"))
    if error := given.get("error", [""])[0]:
        if error == "access_denied":
            raise SignInNeeded(_("somebody refused it at the provider's page"))
        raise TokenError(f"the provider's page answered {shown(error)[:100]}", permanent=True)
    if not (code := given.get("code", [""])[0]):
        raise TokenError("the browser brought no code")
    return code


class _Listener:
    """A port of this machine that waits for one browser."""

    def __init__(self, redirect_url: str, state: str) -> None:
        parts = urlsplit(redirect_url)
        self._path = parts.path or "/"
        self._state = state
        self._came = threading.Event()
        self._address = ""
        address = "::1" if parts.hostname == "::1" else "127.0.0.1"
        try:
            self._http = _server(address, parts.port or 0, self._handler())
        except OSError as error:
            raise with_errno(
                InputError(f"oauth.redirect_url: port {parts.port} of this machine: {error.strerror}"), error.errno
            ) from None
        host = "[::1]" if parts.hostname == "::1" else parts.hostname
        self.url = f"http://{host}:{self._http.server_port}{parts.path}"

    def __enter__(self) -> _Listener:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def code(self, patience: float) -> str:
        """The code that a browser brings."""
        end = time.monotonic() + patience
        while not self._came.wait(0.2):  # Ctrl-C is heard in between
            if time.monotonic() > end:
                raise SignInNeeded(_("nobody signed in within {time}; try again").format(time=duration(patience)))
        return code_of(self._address, self._state)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                if urlsplit(self.path).path != listener._path or f"state={listener._state}" not in self.path:
                    self.send_error(404)  # an icon that the browser looks for, or somebody who guesses
                    return
                if not listener._came.is_set():
                    listener._address = self.path
                try:
                    code_of(self.path, listener._state)
                    page = _DONE
                except TokenError:
                    page = _NOT_DONE
                body = page.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)
                listener._came.set()

            def log_message(self, *_: Any) -> None:
                """Nothing: the address holds the code."""

        return Handler


def _server(address: str, port: int, handler: type[BaseHTTPRequestHandler]) -> HTTPServer:
    import socket
    from http.server import ThreadingHTTPServer

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        allow_reuse_address = False

        def server_bind(self) -> None:
            super(HTTPServer, self).server_bind()  # without a question to the DNS
            self.server_name, self.server_port = address, self.server_address[1]

        def handle_error(self, *_: Any) -> None:
            """A browser that goes away is no matter."""

    return Server((address, port), handler)

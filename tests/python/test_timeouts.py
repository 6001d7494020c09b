"""What timed out is a ConnectTimeout, and nothing that merely speaks of it; the system's number stands in `errno`."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp

SOON = 0.4  # seconds: a busy machine answers within them


@contextmanager
def silent_after(*replies: bytes) -> Iterator[int]:
    """The port of a server that answers each client's first lines with these replies, and then nothing at all.

    Each client, as a letter of which the server has seen nothing goes a second time, over another connection.
    """

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(20)
            for reply in replies:
                client.sendall(reply)
                client.recv(65536)
            while client.recv(65536):
                pass

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):  # the listener was shut down
            while True:
                client, _ = listener.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def fail(url: str, **options: Any) -> gp.SendError:
    """How a letter fails that is sent through this account."""
    account = gp.Account(url, auth=gp.Auth(allow_cleartext=True), **options)
    with gp.Mailer(account) as mailer, pytest.raises(gp.SendError) as caught:
        mailer.send(gp.Message(from_="ivan@example.com", to="olga@example.com", text="x"))
    return caught.value


@pytest.mark.parametrize(
    ("scheme", "replies", "deadline", "phase"),
    [
        ("smtp://", (), "greeting", "greeting"),
        ("smtps://", (), "tls", "tls"),
        ("smtp://", (b"220 hello\r\n",), "command", "ehlo"),
        ("smtp://ivan:secret@", (b"220 hello\r\n", b"250-me\r\n250 AUTH PLAIN\r\n"), "command", "auth"),
        ("smtp://", (b"220 hello\r\n", b"250 me\r\n"), "command", "mail"),
        ("smtp://", (b"220 hello\r\n", b"250 me\r\n", b"250 ok\r\n"), "command", "rcpt"),
        ("smtp://", (b"220 hello\r\n", b"250 me\r\n", b"250 ok\r\n", b"250 ok\r\n"), "command", "data"),
        ("smtp://", (b"220 hello\r\n", *[b"250 ok\r\n"] * 3, b"354 go on\r\n"), "final_reply", "final"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_silence_in_any_phase_is_a_timeout(scheme: str, replies: Sequence[bytes], deadline: str, phase: str) -> None:
    with silent_after(*replies) as port:
        error = fail(f"{scheme}127.0.0.1:{port}", timeouts=gp.Timeouts(**{deadline: SOON}))
    assert type(error) is gp.ConnectTimeout
    assert isinstance(error, TimeoutError) and isinstance(error, ConnectionError)
    assert (error.failure.phase, error.failure.timed_out, error.errno) == (phase, True, None)


def test_a_port_that_takes_nobody_in_is_a_timeout() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # they fill the queue of those that nobody accepts
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        error = fail(f"smtp://127.0.0.1:{listener.getsockname()[1]}", timeouts=gp.Timeouts(connect=SOON))
        for one in waiting:
            one.close()
    assert type(error) is gp.ConnectTimeout
    assert error.failure.phase == "connect"


def test_a_proxy_that_says_nothing_is_a_timeout() -> None:
    with silent_after() as port:
        error = fail(
            "smtp://mx.invalid", route=gp.Route(proxy=f"socks5://127.0.0.1:{port}"), timeouts=gp.Timeouts(connect=SOON)
        )
    assert type(error) is gp.ConnectTimeout


def test_a_server_that_speaks_of_a_timeout_has_answered() -> None:
    with gp.Sink() as sink:
        sink.rules.add(phase="connect", reply="421 4.4.2 timeout, no answer before the deadline")
        error = fail(sink.url)
    assert type(error) is gp.ConnectError
    assert (error.failure.timed_out, error.errno) == (False, None)


def test_a_proxy_that_speaks_of_a_timeout_has_answered() -> None:
    with silent_after(b"HTTP/1.1 504 Gateway Timeout\r\n\r\n") as port:
        error = fail("smtp://mx.invalid", route=gp.Route(proxy=f"http://127.0.0.1:{port}"))
    assert type(error) is gp.ConnectError and "504 Gateway Timeout" in str(error)


def test_a_name_that_speaks_of_a_timeout_is_not_found() -> None:
    error = fail("smtp://timeout.invalid", timeouts=gp.Timeouts(dns=60.0))
    assert type(error) is gp.ConnectError and error.failure.phase == "dns"
    assert error.errno is None


def test_a_socket_that_speaks_of_a_timeout_is_not_there(tmp_path: Path) -> None:
    error = fail(f"smtp+unix://{tmp_path}/timeout.sock")
    assert type(error) is gp.ConnectError
    assert error.errno == errno.ENOENT
    assert error.strerror == error.failure.message and "timeout.sock" in str(error)


def test_a_port_where_nobody_listens_has_the_systems_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = fail(f"smtp://127.0.0.1:{port}")
    assert type(error) is gp.ConnectError
    assert (error.errno, error.failure.errno) == (errno.ECONNREFUSED, errno.ECONNREFUSED)
    assert str(error) == str(error.failure)


def test_a_sinks_port_that_is_taken_has_the_systems_number() -> None:
    with gp.Sink() as sink, pytest.raises(OSError, match=str(sink.port)) as caught:
        gp.Sink(port=sink.port)
    assert caught.value.errno == errno.EADDRINUSE


def test_a_sinks_socket_in_a_folder_that_is_not_there_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gate\.sock") as caught:
        gp.Sink(unix_path=str(tmp_path / "missing" / "gate.sock"))
    assert caught.value.errno == errno.ENOENT

"""Loopback ports."""

from __future__ import annotations

import socket
import subprocess
import time

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that was free a moment ago, for servers that cannot pick one themselves."""
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody takes a connection there now."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_for_greeting(port: int, process: subprocess.Popen[bytes], timeout: float = 20.0) -> None:
    """Returns when the server says 220; raises where it ends before that or the time is over."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            pass
        else:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with socket.create_connection((HOST, port), timeout=timeout) as client:
                if client.recv(4) == b"220 ":
                    client.sendall(b"QUIT\r\n")
                    client.recv(512)
                    return
        except OSError:
            continue
    raise TimeoutError(f"nothing greets on port {port} after {timeout} s")

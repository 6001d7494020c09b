"""Proxies of others on loopback: microsocks (SOCKS5) and tinyproxy (HTTP CONNECT), both with a login."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from types import TracebackType

from .availability import find_program
from .ports import HOST, free_port, listens

USER, SECRET = "proxy-user", "proxy-secret"

_TINYPROXY = """\
Port {port}
Listen {host}
Timeout 60
MaxClients 20
Allow {host}
BasicAuth {user} {secret}
ConnectPort {target}
PidFile "{folder}/pid"
LogFile "{folder}/log"
LogLevel Info
"""


class ProxyServer:
    """A running proxy; `.port`."""

    def __init__(self, *command: str, port: int) -> None:
        self.port = port
        self._command = command

    def __enter__(self) -> ProxyServer:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not listens(self.port):
            assert self._process.poll() is None, f"{self._command[0]} ended with {self._process.returncode}"
            assert time.monotonic() < deadline, f"{self._command[0]} does not listen"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)


def socks5() -> ProxyServer:
    """microsocks."""
    port = free_port()
    return ProxyServer(find_program("microsocks"), "-i", HOST, "-p", str(port), "-u", USER, "-P", SECRET, port=port)


def http_connect(folder: Path, target: int) -> ProxyServer:
    """tinyproxy, which connects to this port alone."""
    port = free_port()
    configuration = folder / "tinyproxy.conf"
    configuration.write_text(
        _TINYPROXY.format(port=port, host=HOST, user=USER, secret=SECRET, target=target, folder=folder)
    )
    return ProxyServer(find_program("tinyproxy"), "-d", "-c", str(configuration), port=port)

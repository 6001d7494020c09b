"""pytest plugin (-p suites.for_aiosmtpd.plugin): puts our controllers in place of aiosmtpd's.

A reply compares equal where the code does; pairs whose texts differ are kept with the test. So a test is followed to
its end, and that the words differ is said all the same.
"""

from __future__ import annotations

import socket

import aiosmtpd.controller
import pytest
from aiosmtpd.testing.statuscodes import StatusCode

from ..recorder import Recorder, add_option
from . import controller

PATIENCE = 4.0  # seconds; the suite's clients would wait for ever for a reply that aiosmtpd sends and we do not

aiosmtpd.controller.Controller = controller.SinkController
aiosmtpd.controller.UnixSocketController = controller.SinkUnixController

_words: list[tuple[str, str]] = []


def _text(reply: tuple[int, bytes]) -> str:
    return f"{reply[0]} {reply[1].decode(errors='replace')}"


def _equal(expected: StatusCode, got: object) -> bool:
    if not isinstance(got, tuple) or len(got) != 2 or got[0] != expected[0]:
        return False
    if tuple(got) != tuple(expected) and (pair := (_text(got), _text(expected))) not in _words:
        _words.append(pair)
    return True


StatusCode.__eq__ = _equal
StatusCode.__ne__ = lambda self, other: not _equal(self, other)
StatusCode.__hash__ = tuple.__hash__

pytest_addoption = add_option


def pytest_configure(config: pytest.Config) -> None:
    socket.setdefaulttimeout(PATIENCE)
    config.pluginmanager.register(Recorder(config.getoption("--observed"), controller.sessions_so_far, _words))

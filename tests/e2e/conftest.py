"""Peers for the end-to-end tests. One that is not to be had skips its tests with the reason, and fails them in CI."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from peers.availability import find_program
from peers.nodemailer import Nodemailer
from peers.postfix import Postfix
from peers.server import AiosmtpdServer


@pytest.fixture(scope="session")
def postfix() -> Iterator[Postfix]:
    """A private Postfix that takes mail for example.test; `.port`, `.url`, `.inbox.wait(n, to=...)`, `.log()`."""
    with Postfix() as server:
        yield server


@pytest.fixture
def aiosmtpd_server() -> Iterator[AiosmtpdServer]:
    """A fresh aiosmtpd; `.port`, `.url`, `.inbox.wait(n, to=...)`."""
    with AiosmtpdServer() as server:
        yield server


@pytest.fixture(scope="session")
def swaks() -> str:
    """The path of swaks."""
    return find_program("swaks")


@pytest.fixture(scope="session")
def nodemailer() -> Nodemailer:
    """`.send(transport, *messages)` through nodemailer."""
    return Nodemailer()

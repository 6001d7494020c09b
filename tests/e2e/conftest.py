"""Peers for the end-to-end tests. One that is not to be had skips its tests with the reason, and fails them in CI."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from peers.availability import find_program
from peers.certificates import Certificates, make_certificates
from peers.exim import Exim
from peers.libraries import GoSmtp, Mailin, SmtpServer
from peers.nodemailer import Nodemailer
from peers.opensmtpd import OpenSmtpd
from peers.peer import DOMAIN
from peers.postfix import Postfix
from peers.server import Aiosmtpd
from peers.swaks import RunSwaks, run_swaks


@pytest.fixture(scope="session")
def certificates() -> Iterator[Certificates]:
    """An authority and a certificate for this machine, in a folder that servers with users of their own can read."""
    folder = Path(tempfile.mkdtemp(prefix="gatepost-certificates-"))
    folder.chmod(0o755)
    yield make_certificates(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postfix(certificates: Certificates) -> Iterator[Postfix]:
    """A private Postfix."""
    with Postfix(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def exim(certificates: Certificates) -> Iterator[Exim]:
    """A private Exim."""
    with Exim(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def opensmtpd(certificates: Certificates) -> Iterator[OpenSmtpd]:
    """A private OpenSMTPD."""
    with OpenSmtpd(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def aiosmtpd(certificates: Certificates) -> Iterator[Aiosmtpd]:
    """aiosmtpd, in this process."""
    with Aiosmtpd(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def smtp_server(certificates: Certificates) -> Iterator[SmtpServer]:
    """smtp-server, in Node."""
    with SmtpServer(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def go_smtp(certificates: Certificates) -> Iterator[GoSmtp]:
    """go-smtp."""
    with GoSmtp(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def mailin(certificates: Certificates) -> Iterator[Mailin]:
    """mailin, in Rust."""
    with Mailin(certificates) as server:
        yield server


@pytest.fixture(scope="session")
def swaks() -> str:
    """The path of swaks."""
    return find_program("swaks")


@pytest.fixture(name="run_swaks")
def run_swaks_fixture(swaks: str) -> RunSwaks:
    """`run_swaks(sink, *options, code=0, to=...)` gives what swaks said."""
    return partial(run_swaks, swaks)


@pytest.fixture(scope="session")
def nodemailer() -> Nodemailer:
    """`.send(transport, *messages)` through nodemailer."""
    return Nodemailer()


@pytest.fixture
def recipient(request: pytest.FixtureRequest) -> str:
    """An address of this test alone: each peer serves all of them."""
    return f"{abs(hash(request.node.name)):x}@{DOMAIN}"

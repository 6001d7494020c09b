"""Clients of others deliver into our sink: smtplib, aiosmtplib, swaks, nodemailer; plain, STARTTLS and TLS."""

from __future__ import annotations

import base64
import smtplib
import ssl
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest

import gatepost as gp
from peers.nodemailer import Nodemailer

BODY = "Здравствуйте, Ольга!\n.\n..точки\n" + "я" * 600 + "\n"
EVERY_BYTE = bytes(range(256)) * 64
LOGIN, PASSWORD = "demo.demo@smtpgate", "demo"

pytestmark = pytest.mark.parametrize("tls", [None, "starttls", "implicit"])


@pytest.fixture
def gate(make_sink: Callable[..., gp.Sink], tls: str | None) -> gp.Sink:
    return make_sink("demo_gate", tls=tls)


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Иван <ivan@example.org>"
    message["To"] = "olga@example.com"
    message["Subject"] = "Счёт за октябрь"
    message["Message-Id"] = "<1@example.org>"
    message["Date"] = "Mon, 01 Jan 2024 00:00:00 +0000"
    message.set_content(BODY)
    message.add_attachment(EVERY_BYTE, maintype="application", subtype="pdf", filename="счёт.pdf")
    message.set_boundary("=_the-same-every-time")
    return message


def assert_intact(received: gp.sinks.Letter, tls: str | None) -> None:
    assert received.subject == "Счёт за октябрь"
    assert received.message.text == BODY
    assert [(part.name, part.data) for part in received.message.attachments] == [("счёт.pdf", EVERY_BYTE)]
    assert received.session.user == LOGIN
    assert (received.session.tls is not None) == (tls is not None)


def test_smtplib_delivers(gate: gp.Sink, tls: str | None) -> None:
    context = ssl.create_default_context(cadata=gate.ca_pem or None)
    client = (
        smtplib.SMTP_SSL("127.0.0.1", gate.port, context=context)
        if tls == "implicit"
        else smtplib.SMTP("127.0.0.1", gate.port)
    )
    with client:
        if tls == "starttls":
            client.starttls(context=context)
        client.login(LOGIN, PASSWORD)
        assert client.send_message(letter()) == {}
    [received] = gate.wait(1)
    assert received.raw == letter().as_bytes(policy=SMTP)
    assert_intact(received, tls)


def test_smtplib_delivers_to_a_russian_mailbox(gate: gp.Sink, tls: str | None) -> None:
    context = ssl.create_default_context(cadata=gate.ca_pem or None)
    message = letter()
    del message["To"]
    message["To"] = "ольга@xn--e1afmkfd.xn--p1ai"
    client = (
        smtplib.SMTP_SSL("127.0.0.1", gate.port, context=context)
        if tls == "implicit"
        else smtplib.SMTP("127.0.0.1", gate.port)
    )
    with client:
        if tls == "starttls":
            client.starttls(context=context)
        client.login(LOGIN, PASSWORD)
        client.send_message(message)
    [received] = gate.wait(1)
    assert received.envelope.to == ["ольга@xn--e1afmkfd.xn--p1ai"]
    assert received.envelope.smtp_utf8
    assert received.raw == message.as_bytes(policy=SMTPUTF8)


async def test_aiosmtplib_delivers(gate: gp.Sink, tls: str | None) -> None:
    await aiosmtplib.send(
        letter(),
        hostname="127.0.0.1",
        port=gate.port,
        username=LOGIN,
        password=PASSWORD,
        use_tls=tls == "implicit",
        start_tls=tls == "starttls",
        tls_context=ssl.create_default_context(cadata=gate.ca_pem) if tls else None,
    )
    [received] = gate.wait(1)
    assert_intact(received, tls)


def test_swaks_delivers(gate: gp.Sink, tls: str | None, swaks: str, tmp_path: Path) -> None:
    data = tmp_path / "letter.eml"
    data.write_bytes(letter().as_bytes(policy=SMTP))
    secure = {None: [], "starttls": ["--tls"], "implicit": ["--tls-on-connect"]}[tls]
    command = [swaks, "--server", f"127.0.0.1:{gate.port}", "--from", "ivan@example.org", "--to", "olga@example.com"]
    command += ["--auth", "LOGIN", "--auth-user", LOGIN, "--auth-password", PASSWORD, "--data", f"@{data}", *secure]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    [received] = gate.wait(1)
    assert_intact(received, tls)


def test_nodemailer_delivers_over_one_pooled_connection(gate: gp.Sink, tls: str | None, nodemailer: Nodemailer) -> None:
    transport: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": gate.port,
        "secure": tls == "implicit",
        "requireTLS": tls == "starttls",
        "ignoreTLS": tls is None,
        "pool": True,
        "maxConnections": 1,
        "auth": {"user": LOGIN, "pass": PASSWORD},
        "tls": {"ca": gate.ca_pem} if tls else {},
    }
    message = {
        "from": "Иван <ivan@example.org>",
        "to": "olga@example.com",
        "subject": "Счёт за октябрь",
        "text": BODY,
        "attachments": [
            {"filename": "счёт.pdf", "content": base64.b64encode(EVERY_BYTE).decode(), "encoding": "base64"}
        ],
    }
    infos = nodemailer.send(transport, message, message, message)
    assert all("queued as" in info["response"] for info in infos)
    letters = gate.wait(3)
    for received in letters:
        assert_intact(received, tls)
    assert len({received.session.id for received in letters}) == 1

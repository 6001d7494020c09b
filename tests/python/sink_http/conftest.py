"""A sink with its HTTP door open, and a client in front of it."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator

import httpx
import pytest

import gatepost as gp

Send = Callable[..., None]


@pytest.fixture
def http_sink() -> Iterator[gp.Sink]:
    with gp.Sink(http=True) as sink:
        yield sink


@pytest.fixture
def http(http_sink: gp.Sink) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=http_sink.http_url, timeout=10) as client:
        yield client


@pytest.fixture
def send(http_sink: gp.Sink) -> Send:
    """`send("Subject", to=..., body=..., headers=...)` over SMTP."""

    def send(subject: str, *, to: str = "olga@example.com", body: str = "text", headers: str = "") -> None:
        head = f"From: ivan@example.com\r\nTo: {to}\r\nSubject: {subject}\r\n{headers}"
        with smtplib.SMTP("127.0.0.1", http_sink.port) as client:
            client.sendmail("ivan@example.com", [to], f"{head}\r\n{body}\r\n".encode())

    return send

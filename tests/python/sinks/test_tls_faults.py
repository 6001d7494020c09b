"""Handshakes that go wrong, as Python's ssl sees them."""

from __future__ import annotations

import smtplib
import ssl

import pytest

import gatepost as gp


def trusting(sink: gp.Sink) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=sink.ca_pem)


def connect(sink: gp.Sink, timeout: float = 20) -> None:
    with smtplib.SMTP_SSL("localhost", sink.port, context=trusting(sink), timeout=timeout) as session:
        session.noop()


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("expired", ssl.SSLCertVerificationError, "certificate has expired"),
        ("wrong_name", ssl.SSLCertVerificationError, "not valid for 'localhost'"),
        ("self_signed", ssl.SSLCertVerificationError, "self-signed certificate"),
        ("old_version", ssl.SSLError, "(?i)version|legacy sigalg|handshake failure"),
        ("junk", ssl.SSLError, "(?i)wrong version number|record layer"),
        ("close", OSError, "."),
    ],
)
def test_a_handshake_fails_as_the_rule_says_and_the_next_one_succeeds(
    fault: gp.sinks.TlsFault, error: type[Exception], words: str
) -> None:
    with gp.Sink(tls="implicit") as sink:
        rule = sink.rules.add(phase="tls", tls_fault=fault, times=1)
        with pytest.raises(error, match=words):
            connect(sink)
        assert rule.hits == 1
        connect(sink)


def test_a_handshake_that_stalls_is_the_clients_to_end() -> None:
    with gp.Sink(tls="implicit", rules=[{"phase": "tls", "tls_fault": "stall", "times": 1}]) as sink:
        with pytest.raises(TimeoutError):
            connect(sink, timeout=0.5)
        connect(sink)


def test_starttls_has_faults_too() -> None:
    with gp.Sink(tls="starttls", rules=[{"phase": "tls", "tls_fault": "expired"}]) as sink:
        with smtplib.SMTP("localhost", sink.port, timeout=20) as session, pytest.raises(ssl.SSLCertVerificationError):
            session.starttls(context=trusting(sink))
        with pytest.raises(gp.SendError, match="expired"):
            gp.send(sink.account(), from_="a@x.example", to="b@x.example", text="x")

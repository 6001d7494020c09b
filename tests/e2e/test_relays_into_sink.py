"""Postfix, Exim and OpenSMTPD deliver into our sink, as a relay host of theirs: plain, TLS, logins, LMTP, BDAT."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import gatepost as gp
from peers.certificates import Certificates
from peers.exim import Exim
from peers.opensmtpd import OpenSmtpd
from peers.peer import LOGIN, PASSWORD, Peer
from peers.ports import HOST, free_port
from peers.postfix import Postfix

ME = "ivan@example.org"
BODY = "Здравствуйте!\r\n.\r\n..\r\n.x\r\n" + "я" * 450 + "\r\n" + "строка\r\n" * 5000
LETTER = (
    "From: ivan@example.org\r\nSubject: x\r\nMessage-Id: <1@example.org>\r\n"
    "Date: Mon, 01 Jan 2024 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{BODY}"
).encode()

MakeSink = Callable[..., gp.Sink]


def hand_in(peer: Peer, *to: str, sender: str = ME, options: tuple[str, ...] = ()) -> None:
    with smtplib.SMTP(HOST, peer.port()) as client:
        client.sendmail(sender, to, LETTER, mail_options=["BODY=8BITMIME", *options])


def delivered(sink: gp.Sink, peer: Peer, to: str) -> gp.sinks.Letter:
    try:
        [letter] = sink.wait(1, to=to, timeout=20)
    except AssertionError as error:
        error.add_note(peer.log()[-5000:])
        raise
    assert letter.raw.partition(b"\r\n\r\n")[2] == BODY.encode()
    return letter


@pytest.fixture
def trusted(certificates: Certificates) -> gp.SinkTls:
    """STARTTLS, with a certificate for the sink that the relays know."""
    return gp.SinkTls(certificate=(certificates.server.read_text(), certificates.key.read_text()))


@pytest.fixture(params=["postfix", "exim"])
def relay(request: pytest.FixtureRequest) -> Peer:
    server: Peer = request.getfixturevalue(request.param)
    return server


def test_relay_delivers(relay: Peer, make_sink: MakeSink) -> None:
    sink = make_sink()
    to = f"olga@{sink.port}.plain.test"
    hand_in(relay, to)
    letter = delivered(sink, relay, to)
    assert letter.envelope.from_ == ME
    assert ("BODY=8BITMIME" in letter.envelope.mail_params) == (relay.name == "postfix")  # Exim just sends 8 bits
    assert any(parameter.startswith("SIZE=") for parameter in letter.envelope.mail_params)


def test_relay_delivers_over_tls_that_it_verifies(relay: Peer, make_sink: MakeSink, trusted: gp.SinkTls) -> None:
    sink = make_sink(tls=trusted)
    to = f"olga@{sink.port}.tls.test"
    hand_in(relay, to)
    assert delivered(sink, relay, to).session.tls is not None


def test_relay_logs_in(relay: Peer, make_sink: MakeSink, trusted: gp.SinkTls) -> None:
    sink = make_sink(tls=trusted, users={LOGIN: PASSWORD})
    to = f"olga@{sink.port}.login.test"
    hand_in(relay, to)
    assert delivered(sink, relay, to).session.user == LOGIN


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "CRAM-MD5", "PLAIN", "LOGIN"])
def test_postfix_logs_in_by_each_mechanism(
    postfix: Postfix, make_sink: MakeSink, trusted: gp.SinkTls, mechanism: str
) -> None:
    sink = make_sink(tls=trusted, users={LOGIN: PASSWORD}, access=gp.SinkAccess(mechanisms=[mechanism]))
    to = f"olga@{sink.port}.login.test"
    hand_in(postfix, to)
    letter = delivered(sink, postfix, to)
    assert letter.session.user == LOGIN
    assert f"C: AUTH {mechanism}" in letter.session.transcript


@pytest.mark.parametrize("mechanism", ["CRAM-MD5", "PLAIN", "LOGIN"])
def test_exim_logs_in_by_each_mechanism(exim: Exim, make_sink: MakeSink, trusted: gp.SinkTls, mechanism: str) -> None:
    sink = make_sink(tls=trusted, users={LOGIN: PASSWORD}, access=gp.SinkAccess(mechanisms=[mechanism]))
    to = f"olga@{sink.port}.login.test"
    hand_in(exim, to)
    letter = delivered(sink, exim, to)
    assert letter.session.user == LOGIN
    assert f"C: AUTH {mechanism}" in letter.session.transcript


def test_relay_delivers_by_lmtp(relay: Peer, make_sink: MakeSink) -> None:
    sink = make_sink(lmtp=True)
    to = [f"{name}@{sink.port}.lmtp.test" for name in ("a", "b")]
    hand_in(relay, *to)
    for address in to:
        assert "C: LHLO " in delivered(sink, relay, address).session.transcript


def test_recipient_that_the_sink_refuses_comes_back_as_a_report(
    relay: Peer, make_sink: MakeSink, recipient: str
) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", to="nobody@*", reply="550 5.1.1 No such user here")
    hand_in(relay, f"nobody@{sink.port}.plain.test", f"olga@{sink.port}.plain.test", sender=recipient)
    delivered(sink, relay, f"olga@{sink.port}.plain.test")
    [report] = relay.received(recipient)
    assert b"550 5.1.1 No such user here" in report.raw


def test_letter_that_the_sink_puts_off_comes_again(relay: Peer, make_sink: MakeSink) -> None:
    sink = make_sink()
    sink.rules.add(phase="final", reply="451 4.3.0 Later", times=1)
    to = f"olga@{sink.port}.plain.test"
    hand_in(relay, to)
    delivered(sink, relay, to)
    assert [session.transcript.count("451 4.3.0 Later") for session in sink.sessions].count(1) == 1


def test_relay_pipelines_or_not_as_the_sink_offers(relay: Peer, make_sink: MakeSink) -> None:
    sink = make_sink(
        protocol=gp.SinkProtocol(without_extensions=["PIPELINING", "SIZE", "8BITMIME", "CHUNKING", "DSN", "SMTPUTF8"])
    )
    to = f"olga@{sink.port}.plain.test"
    with smtplib.SMTP(HOST, relay.port()) as client:
        client.sendmail(ME, to, b"Subject: x\r\n\r\n.\r\nplain\r\n")
    [letter] = sink.wait(1, to=to, timeout=20)
    assert letter.envelope.mail_params == []
    assert letter.raw.endswith(b"\r\n.\r\nplain\r\n")


def test_exim_delivers_in_chunks(exim: Exim, make_sink: MakeSink) -> None:
    sink = make_sink()
    to = f"olga@{sink.port}.chunking.test"
    hand_in(exim, to)
    transcript = delivered(sink, exim, to).session.transcript
    assert "C: BDAT " in transcript
    assert "C: DATA" not in transcript


def test_postfix_over_tls_from_the_first_byte(postfix: Postfix, make_sink: MakeSink, trusted: gp.SinkTls) -> None:
    sink = make_sink(tls=replace(trusted, mode="implicit"))
    to = f"olga@{sink.port}.wrapped.test"
    hand_in(postfix, to)
    delivered(sink, postfix, to)


def test_postfix_will_not_deliver_to_a_certificate_that_it_does_not_know(postfix: Postfix, make_sink: MakeSink) -> None:
    sink = make_sink(tls="starttls")
    hand_in(postfix, f"olga@{sink.port}.tls.test")
    postfix.wait_for_log("Server certificate not verified")
    assert sink.letters == []


def test_dsn_parameters_travel_through_postfix(postfix: Postfix, make_sink: MakeSink) -> None:
    sink = make_sink()
    to = f"olga@{sink.port}.plain.test"
    with smtplib.SMTP(HOST, postfix.port()) as client:
        client.sendmail(
            ME,
            to,
            LETTER,
            mail_options=["BODY=8BITMIME", "RET=HDRS", "ENVID=QQ314159"],
            rcpt_options=["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;first@example.org"],
        )
    envelope = delivered(sink, postfix, to).envelope
    assert {"RET=HDRS", "ENVID=QQ314159"} <= set(envelope.mail_params)
    assert envelope.rcpt_params == [
        ["ORCPT=rfc822;first@example.org", "NOTIFY=SUCCESS,DELAY"]
    ] or envelope.rcpt_params == [["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;first@example.org"]]


def test_russian_mailbox_travels_through_the_relay(relay: Peer, make_sink: MakeSink) -> None:
    sink = make_sink()
    to = f"ольга@{sink.port}.plain.test"
    hand_in(relay, to, options=("SMTPUTF8",))
    assert delivered(sink, relay, to).envelope.smtp_utf8


def test_xforward_is_not_offered_and_not_needed(postfix: Postfix, make_sink: MakeSink) -> None:
    sink = make_sink()
    to = f"olga@{sink.port}.xforward.test"
    hand_in(postfix, to)
    assert "XFORWARD" not in delivered(sink, postfix, to).session.transcript


@pytest.fixture(params=["smtp", "smtp+tls", "smtps", "lmtp"])
def way(request: pytest.FixtureRequest) -> str:
    scheme: str = request.param
    return scheme


@pytest.fixture
def opensmtpd_to(certificates: Certificates, way: str) -> Iterator[tuple[OpenSmtpd, int, str]]:
    port = free_port()
    user = "gate@" if way in ("smtp+tls", "smtps") else ""
    options = 'auth <relay_secrets> tls ca "authority"' if user else ""
    with OpenSmtpd(certificates, relay_to=f"{way}://{user}{HOST}:{port}", relay_options=options) as server:
        yield server, port, way


def test_opensmtpd_delivers(opensmtpd_to: tuple[OpenSmtpd, int, str], make_sink: MakeSink, trusted: gp.SinkTls) -> None:
    server, port, way = opensmtpd_to
    tls = {"smtp": None, "lmtp": None, "smtp+tls": "starttls", "smtps": "implicit"}[way]
    options = {"tls": replace(trusted, mode=tls), "users": {LOGIN: PASSWORD}} if tls else {}
    sink = make_sink(port=port, lmtp=way == "lmtp", **options)
    hand_in(server, "olga@sink.test")
    letter = delivered(sink, server, "olga@sink.test")
    assert letter.session.user == (LOGIN if tls else "")
    assert (letter.session.tls is not None) == (tls is not None)

"""Every client of others delivers into our sink: plain, STARTTLS and TLS, each of its mechanisms, LMTP, SMTPUTF8."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import gatepost as gp
from peers.clients import CLIENTS
from peers.delivery import Client, Delivery, NotDelivered
from peers.peer import LOGIN, PASSWORD

LETTER = (
    "From: =?utf-8?b?0JjQstCw0L0=?= <ivan@example.org>\r\n"
    "To: olga@example.com\r\n"
    "Subject: =?utf-8?b?0KHRh9GR0YIg0LfQsCDQvtC60YLRj9Cx0YDRjA==?=\r\n"
    "Message-Id: <1@example.org>\r\n"
    "Date: Mon, 01 Jan 2024 00:00:00 +0000\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n"
    "\r\n"
    "Здравствуйте, Ольга!\r\n"
    ".\r\n"
    "..две точки\r\n"
    ".leading\r\n"
    "From the beginning of a line\r\n"
    "\r\n"
    f"{'я' * 450}\r\n"
    "QUIT\r\n"
    ".\r\n"
    "the end\r\n"
).encode()

MakeSink = Callable[..., gp.Sink]
TLS = [None, "starttls", "implicit"]
MECHANISMS = [(name, mechanism) for name, client in CLIENTS.items() for mechanism in sorted(client.mechanisms)]


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    return CLIENTS[request.param]()


@pytest.fixture
def delivery_to(tmp_path: Path) -> Callable[[gp.Sink], Delivery]:
    def make(sink: gp.Sink, tls: str | None = None) -> Delivery:
        ca = tmp_path / "ca.pem"
        ca.write_text(sink.ca_pem)
        return Delivery(port=sink.port, data=LETTER, tls=tls, ca=ca)

    return make


MakeDelivery = Callable[..., Delivery]


@pytest.mark.parametrize("tls", TLS)
def test_letter_arrives_byte_for_byte(
    client: Client, make_sink: MakeSink, delivery_to: MakeDelivery, tls: str | None
) -> None:
    sink = make_sink(tls=tls)
    client.send(delivery_to(sink, tls))
    [letter] = sink.wait(1)
    assert letter.raw == LETTER
    assert (letter.envelope.from_, letter.envelope.to) == ("ivan@example.org", ["olga@example.com"])
    assert (letter.session.tls is not None) == (tls is not None)


@pytest.mark.parametrize(("name", "mechanism"), MECHANISMS)
def test_login_by_each_mechanism_of_the_client(
    name: str, mechanism: str, make_sink: MakeSink, delivery_to: MakeDelivery
) -> None:
    sink = make_sink(tls="starttls", users={LOGIN: PASSWORD}, access=gp.SinkAccess(mechanisms=[mechanism]))
    CLIENTS[name]().send(replace(delivery_to(sink, "starttls"), mechanism=mechanism, login=LOGIN, secret=PASSWORD))
    [letter] = sink.wait(1)
    assert letter.raw == LETTER
    assert (letter.session.user, letter.session.mechanism) == (LOGIN, mechanism)
    assert PASSWORD not in letter.session.transcript


@pytest.mark.parametrize(("name", "mechanism"), MECHANISMS)
def test_wrong_secret_is_refused_in_each_mechanism(
    name: str, mechanism: str, make_sink: MakeSink, delivery_to: MakeDelivery
) -> None:
    sink = make_sink(tls="starttls", users={LOGIN: PASSWORD}, access=gp.SinkAccess(mechanisms=[mechanism]))
    delivery = replace(delivery_to(sink, "starttls"), mechanism=mechanism, login=LOGIN, secret="wrong")
    with pytest.raises(NotDelivered):
        CLIENTS[name]().send(delivery)
    # curl and lettre hang up at the challenge that says why a token is refused, and so hear no 535.
    hangs_up = mechanism == "XOAUTH2" and name in ("curl", "lettre")
    assert ("S: 334 eyJ" if hangs_up else "S: 535 5.7.8") in sink.sessions[0].transcript
    assert (sink.letters, sink.sessions[0].user) == ([], "")


def test_refused_recipient_is_what_the_client_says(
    client: Client, make_sink: MakeSink, delivery_to: MakeDelivery
) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", to="nobody@*", reply="550 5.1.1 No such user here")
    with pytest.raises(NotDelivered, match="No such user here"):
        client.send(replace(delivery_to(sink), rcpt_to=("nobody@example.com",)))
    assert sink.letters == []


def test_letter_to_three_comes_once_with_three_recipients(
    client: Client, make_sink: MakeSink, delivery_to: MakeDelivery
) -> None:
    sink = make_sink()
    three = ("a@example.com", "b@example.com", "c@example.com")
    client.send(replace(delivery_to(sink), rcpt_to=three))
    [letter] = sink.wait(1)
    assert tuple(letter.envelope.to) == three


@pytest.mark.parametrize("name", [name for name, client in CLIENTS.items() if client.utf8])
def test_mailbox_with_russian_letters(name: str, make_sink: MakeSink, delivery_to: MakeDelivery) -> None:
    sink = make_sink()
    CLIENTS[name]().send(replace(delivery_to(sink), rcpt_to=("ольга@example.com",)))
    [letter] = sink.wait(1)
    assert letter.envelope.to == ["ольга@example.com"]
    assert letter.envelope.smtp_utf8
    assert letter.raw == LETTER


@pytest.mark.parametrize("name", [name for name, client in CLIENTS.items() if client.lmtp])
def test_lmtp_client_delivers(name: str, make_sink: MakeSink, delivery_to: MakeDelivery) -> None:
    sink = make_sink(lmtp=True)
    # smtplib reads one reply where LMTP has one for each recipient.
    to = ("a@example.com",) if name == "smtplib" else ("a@example.com", "b@example.com")
    CLIENTS[name]().send(replace(delivery_to(sink), lmtp=True, rcpt_to=to))
    [letter] = sink.wait(1)
    assert letter.raw == LETTER
    assert tuple(letter.envelope.to) == to
    assert re.search(r"^C: LHLO ", letter.session.transcript, re.MULTILINE | re.IGNORECASE)

"""gatepost gets into every peer: in the clear, by STARTTLS, by TLS; and logs in by each mechanism that both know."""

from __future__ import annotations

import pytest

import gatepost as gp
from peers.certificates import Certificates
from peers.exim import Exim
from peers.libraries import GoSmtp, Mailin, SmtpServer
from peers.opensmtpd import OpenSmtpd
from peers.peer import LOGIN, TOKEN, Peer
from peers.postfix import Postfix
from peers.server import Aiosmtpd

PEERS: list[type[Peer]] = [Postfix, Exim, OpenSmtpd, Aiosmtpd, SmtpServer, GoSmtp, Mailin]
DOORS = [(peer.name, tls) for peer in PEERS for tls in sorted(peer.doors, key=str)]
SECURE_DOORS = [(name, tls) for name, tls in DOORS if tls is not None]
LOGINS = [(peer.name, mechanism) for peer in PEERS for mechanism in sorted(peer.mechanisms)]
TOKEN_MECHANISMS = {"XOAUTH2", "OAUTHBEARER"}
STRONGEST = {
    "postfix": "SCRAM-SHA-512",
    "exim": "CRAM-MD5",
    "aiosmtpd": "PLAIN",
    "smtp_server": "CRAM-MD5",
    "go_smtp": "PLAIN",
    "mailin": "PLAIN",
}
# Dots, 8-bit bytes, a line of 998 bytes, and an end that is not a line's end of an ordinary letter.
RAW = b"From: ivan@example.org\r\nSubject: raw\r\n\r\n.\r\n..\r\n" + "я".encode() * 499 + b"\r\n.x\r\n.\r\n"


@pytest.fixture
def peer(request: pytest.FixtureRequest, name: str) -> Peer:
    server: Peer = request.getfixturevalue(name)
    return server


def login_account(peer: Peer, mechanism: str, certificates: Certificates, secret: str | None = None) -> gp.Account:
    """An account at the peer's STARTTLS door that logs in by this mechanism; `secret`: another than the right one."""
    url = peer.url("starttls", login=True)
    tls = gp.Tls(ca_pem=certificates.ca_pem)
    if mechanism not in TOKEN_MECHANISMS:
        return gp.Account(url, password=secret, tls=tls, auth=gp.Auth(mechanisms=mechanism))
    where = f"smtp+starttls://{url.rpartition('@')[2]}"
    auth = gp.Auth(access_token=secret or TOKEN, mechanisms=mechanism)
    return gp.Account(where, login=LOGIN, tls=tls, auth=auth)


def send(account: gp.Account, to: str) -> gp.SendResult:
    return gp.send(account, from_=LOGIN, to=to, subject="Проверка", text="Здравствуйте!\n")


@pytest.mark.parametrize(("name", "tls"), DOORS)
def test_letter_goes_through_each_door(peer: Peer, tls: str | None, certificates: Certificates, recipient: str) -> None:
    result = send(gp.Account(peer.url(tls), tls=gp.Tls(ca_pem=certificates.ca_pem)), recipient)
    assert result.ok
    if tls is None:
        assert result.session.tls is None
    else:
        assert (result.session.tls.version, result.session.tls.verified) == (peer.tls_version, True)
        assert result.session.tls.peer_subject == "CN=localhost"
    peer.received(recipient)


@pytest.mark.parametrize(("name", "tls"), SECURE_DOORS)
def test_certificate_of_nobody_we_trust_stops_the_letter(peer: Peer, tls: str, recipient: str) -> None:
    with pytest.raises(gp.TlsError, match=r"(?i)certificate"):
        send(gp.Account(peer.url(tls)), recipient)
    assert peer.inbox.to(recipient) == []


@pytest.mark.parametrize(("name", "tls"), SECURE_DOORS)
def test_certificate_for_another_name_stops_the_letter(
    peer: Peer, tls: str, certificates: Certificates, recipient: str
) -> None:
    account = gp.Account(peer.url(tls), tls=gp.Tls(ca_pem=certificates.ca_pem, verify_name="mail.example.org"))
    with pytest.raises(gp.TlsError, match=r"mail\.example\.org"):
        send(account, recipient)
    assert peer.inbox.to(recipient) == []


@pytest.mark.parametrize(("name", "mechanism"), LOGINS)
def test_login_by_each_mechanism(peer: Peer, mechanism: str, certificates: Certificates, recipient: str) -> None:
    result = send(login_account(peer, mechanism, certificates), recipient)
    assert result.session.auth_mechanism == mechanism
    [letter] = peer.received(recipient)
    assert letter.user in (LOGIN, "")  # "": the letter came by way of a queue


@pytest.mark.parametrize(("name", "mechanism"), LOGINS)
def test_wrong_secret_is_an_auth_error(peer: Peer, mechanism: str, certificates: Certificates, recipient: str) -> None:
    with pytest.raises(gp.AuthError) as caught:
        send(login_account(peer, mechanism, certificates, "wr0ng-secret"), recipient)
    assert caught.value.failure.category is gp.Category.AUTH_FAILED
    assert "wr0ng-secret" not in caught.value.transcript
    assert peer.inbox.to(recipient) == []


@pytest.mark.parametrize("name", STRONGEST)
def test_strongest_mechanism_is_taken_where_none_is_asked_for(
    name: str, peer: Peer, certificates: Certificates, recipient: str
) -> None:
    result = send(gp.Account(peer.url("starttls", login=True), tls=gp.Tls(ca_pem=certificates.ca_pem)), recipient)
    assert result.session.auth_mechanism == STRONGEST[name]


@pytest.mark.parametrize("name", STRONGEST)
def test_check_says_who_greets_how_it_is_secured_and_that_we_are_in(peer: Peer, certificates: Certificates) -> None:
    findings = gp.Account(peer.url("starttls", login=True), tls=gp.Tls(ca_pem=certificates.ca_pem)).check()
    assert peer.tls_version in " ".join(findings)
    assert "logged in" in findings[-1]


@pytest.mark.parametrize("name", [peer.name for peer in PEERS])
def test_unknown_recipient_is_refused_and_the_others_get_the_letter_once(peer: Peer, recipient: str) -> None:
    second = f"second-{recipient}"
    account = gp.Account(peer.url())
    result = gp.send(account, from_=LOGIN, to=[recipient, "nobody@example.test", second], subject="x", text="x")
    assert [accepted.address for accepted in result.accepted] == [recipient, second]
    assert [(refused.recipient, refused.code // 100) for refused in result.refused] == [("nobody@example.test", 5)]
    assert len(peer.received(recipient)) == len(peer.received(second)) == 1


@pytest.mark.parametrize("name", [peer.name for peer in PEERS])
def test_raw_bytes_arrive_as_they_are(peer: Peer, recipient: str) -> None:
    with gp.Mailer(gp.Account(peer.url())) as mailer:
        assert mailer.send(RAW, from_=LOGIN, to=recipient).ok
    [letter] = peer.received(recipient)
    assert letter.raw.partition(b"\r\n\r\n")[2] == RAW.partition(b"\r\n\r\n")[2]

"""What gatepost asks of a server beyond plain SMTP, and what the peers make of it: DSN, REQUIRETLS, BINARYMIME,
CHUNKING, LMTP, XCLIENT, PROXY, client certificates; and servers that offer nothing at all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gatepost as gp
from peers.certificates import Certificates
from peers.exim import Exim
from peers.libraries import GoSmtp, SmtpServer
from peers.peer import LOGIN, PASSWORD, Peer
from peers.ports import HOST
from peers.postfix import Postfix

EVERY_BYTE = bytes(range(256)) * 2000


@pytest.fixture
def peer(request: pytest.FixtureRequest, name: str) -> Peer:
    server: Peer = request.getfixturevalue(name)
    return server


def message(to: str, **fields: object) -> gp.Message:
    return gp.Message(from_=LOGIN, to=to, **{"subject": "Проверка", "text": "Здравствуйте!\n", **fields})


# --- DSN ---


@pytest.mark.parametrize("name", ["go_smtp", "smtp_server"])
def test_dsn_parameters_arrive(name: str, peer: Peer, recipient: str) -> None:
    with gp.Mailer(gp.Account(peer.url())) as mailer:
        requests = gp.SendRequests(
            dsn_return="headers",
            envelope_id="QQ314159",
            notify={"success", "failure"},
            original_recipients=["rfc822;first@example.org"],
        )
        assert mailer.send(message(recipient), requests=requests).ok
    [letter] = peer.received(recipient)
    assert {"RET=HDRS", "ENVID=QQ314159"} <= set(letter.mail_options)
    [options] = letter.rcpt_options
    assert set(options) in (
        {"NOTIFY=SUCCESS,FAILURE", "ORCPT=RFC822;first@example.org"},
        {"NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;first@example.org"},
    )


def test_postfix_writes_the_report_that_was_asked_for(postfix: Postfix, recipient: str) -> None:
    sender = f"reports-{recipient}"
    requests = gp.SendRequests(dsn_return="headers", envelope_id="A+1=B", notify={"success"})
    with gp.Mailer(gp.Account(postfix.url())) as mailer:
        mailer.send(message(recipient), from_=sender, requests=requests)
    [report] = postfix.received(sender)
    assert report.mail_from == ""
    assert b"Original-Envelope-Id: A+1=B" in report.raw
    assert re.search(rb"^Action: (delivered|relayed)", report.raw, re.MULTILINE)


def test_notify_never_keeps_postfix_silent_about_a_bounce(postfix: Postfix, recipient: str) -> None:
    sender = f"reports-{recipient}"
    with gp.Mailer(gp.Account(postfix.url())) as mailer:
        lost = "x@1.plain.test"  # nobody listens on port 1: refused at once, bounced when the queue gives up
        mailer.send(message(lost), from_=sender, requests=gp.SendRequests(notify="never"))
        mailer.send(message(recipient), from_=sender, requests=gp.SendRequests(notify={"success"}))
    assert [b"Final-Recipient: rfc822; " + recipient.encode() in letter.raw for letter in postfix.received(sender)] == [
        True
    ]


def test_dsn_where_nobody_offers_it_is_left_out(postfix: Postfix, recipient: str) -> None:
    with gp.Mailer(gp.Account(f"smtp://{HOST}:{postfix.special_port('bare')}")) as mailer:
        result = mailer.send(message(recipient), requests=gp.SendRequests(notify={"success"}))
    assert "NOTIFY" not in result.transcript
    postfix.received(recipient)


# --- servers that offer little ---


def test_server_without_any_extension_gets_the_letter(postfix: Postfix, recipient: str) -> None:
    result = gp.send(
        f"smtp://{HOST}:{postfix.special_port('bare')}",
        from_=LOGIN,
        to=[recipient, f"2-{recipient}", "nobody@example.test"],
        subject="Проверка",
        text="Здравствуйте!\n.\n",
        attachments=[gp.Attachment(EVERY_BYTE, name="x.bin")],
    )
    assert len(result.accepted) == 2
    assert len(result.refused) == 1
    assert "SIZE=" not in result.transcript
    assert "BODY=" not in result.transcript
    postfix.received(recipient)


def test_eight_bit_bytes_do_not_go_where_nobody_takes_them(postfix: Postfix, recipient: str) -> None:
    raw = "From: a@example.org\r\nSubject: x\r\n\r\nПривет\r\n".encode()
    with (
        gp.Mailer(gp.Account(f"smtp://{HOST}:{postfix.special_port('bare')}")) as mailer,
        pytest.raises(gp.SendError, match="8BITMIME"),
    ):
        mailer.send(raw, from_=LOGIN, to=recipient)


def test_letter_above_the_announced_size_is_not_sent_at_all(postfix: Postfix, recipient: str) -> None:
    raw = b"Subject: x\r\n\r\n" + b"x" * 76 + b"\r\n" * (35 << 20)
    with gp.Mailer(gp.Account(postfix.url())) as mailer, pytest.raises(gp.SendError) as caught:
        mailer.send(raw, from_=LOGIN, to=recipient)
    assert caught.value.failure.category is gp.Category.MESSAGE_TOO_LARGE
    assert "DATA" not in caught.value.transcript


# --- BDAT ---


@pytest.mark.parametrize("name", ["postfix", "exim", "go_smtp"])
def test_letter_in_chunks_arrives_whole(name: str, peer: Peer, recipient: str) -> None:
    attachment = gp.Attachment(EVERY_BYTE, name="x.bin", type="application/octet-stream")
    letter = message(recipient, text=".\n..\nQUIT\n", attachments=[attachment])
    with gp.Mailer(gp.Account(peer.url(), chunking=True)) as mailer:
        result = mailer.send(letter)
    assert re.search(r"^C: BDAT \d+", result.transcript, re.MULTILINE)
    assert "C: DATA" not in result.transcript
    [arrived] = peer.received(recipient)
    parsed = gp.Message.parse(arrived.raw)
    assert (parsed.text or "").replace("\r\n", "\n") == ".\n..\nQUIT\n"
    assert [part.data for part in parsed.attachments] == [EVERY_BYTE]


@pytest.mark.parametrize("name", ["postfix", "exim", "go_smtp"])
def test_letter_in_chunks_to_nobody_at_all_is_refused_and_the_connection_goes_on(
    name: str, peer: Peer, recipient: str
) -> None:
    with gp.Mailer(gp.Account(peer.url(), chunking=True, limits=gp.Limits(connections=1))) as mailer:
        with pytest.raises(gp.RecipientsRefused):
            mailer.send(message("nobody@example.test"))
        assert mailer.send(message(recipient)).ok
    peer.received(recipient)


def test_binary_letter_goes_as_it_is(go_smtp: GoSmtp, recipient: str) -> None:
    raw = b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\n" + bytes(range(256)) * 100
    with gp.Mailer(gp.Account(go_smtp.url(), chunking=True)) as mailer:
        mailer.send(raw, from_=LOGIN, to=recipient, requests=gp.SendRequests(binary=True))
    [letter] = go_smtp.received(recipient)
    assert letter.raw == raw
    assert "BODY=BINARYMIME" in letter.mail_options


# --- REQUIRETLS ---


def test_require_tls_is_asked_for(go_smtp: GoSmtp, certificates: Certificates, recipient: str) -> None:
    account = gp.Account(go_smtp.url("starttls"), tls=gp.Tls(ca_pem=certificates.ca_pem))
    with gp.Mailer(account) as mailer:
        mailer.send(message(recipient), requests=gp.SendRequests(require_tls=True))
    [letter] = go_smtp.received(recipient)
    assert "REQUIRETLS" in letter.mail_options


def test_require_tls_where_nobody_offers_it_stops_the_letter(
    postfix: Postfix, certificates: Certificates, recipient: str
) -> None:
    account = gp.Account(postfix.url("starttls"), tls=gp.Tls(ca_pem=certificates.ca_pem))
    with gp.Mailer(account) as mailer, pytest.raises(gp.SendError, match="REQUIRETLS"):
        mailer.send(message(recipient), requests=gp.SendRequests(require_tls=True))
    assert postfix.inbox.to(recipient) == []


# --- LIMITS ---


def test_announced_limit_of_recipients_is_kept(go_smtp: GoSmtp, recipient: str) -> None:
    port = go_smtp.start("-recipients", "3")
    everybody = [f"{i}-{recipient}" for i in range(8)]
    with gp.Mailer(gp.Account(f"smtp://{HOST}:{port}")) as mailer:
        result = mailer.send(message(everybody[0]), to=everybody)
    assert [accepted.address for accepted in result.accepted] == everybody
    assert result.session.limits == (None, 3, None)
    for address in everybody:
        assert len(go_smtp.received(address)) == 1


# --- LMTP ---


@pytest.mark.parametrize("name", ["aiosmtpd", "go_smtp", "smtp_server"])
def test_lmtp_server_takes_the_letter(name: str, peer: Peer, recipient: str) -> None:
    result = gp.send(gp.Account(peer.url(lmtp=True)), from_=LOGIN, to=recipient, subject="Проверка", text="Привет\n")
    assert result.ok
    assert "C: LHLO " in result.transcript
    peer.received(recipient)


@pytest.mark.parametrize("name", ["go_smtp", "smtp_server"])
def test_lmtp_verdict_of_each_recipient(name: str, peer: Peer, recipient: str) -> None:
    full, third = f"full-{recipient}", f"third-{recipient}"
    to = [recipient, "nobody@example.test", full, third]
    result = gp.send(gp.Account(peer.url(lmtp=True)), from_=LOGIN, to=to, subject="x", text="x")
    assert [accepted.address for accepted in result.accepted] == [recipient, third]
    assert {(refused.recipient, refused.code) for refused in result.refused} == {
        ("nobody@example.test", 550),
        (full, 452),
    }


# --- who we are ---


def test_xclient_tells_postfix_another_client(postfix: Postfix, recipient: str) -> None:
    account = gp.Account(
        f"smtp://{HOST}:{postfix.special_port('xclient')}",
        route=gp.Route(xclient={"ADDR": "192.0.2.9", "NAME": "mail.example.net"}),
    )
    gp.send(account, from_=LOGIN, to=recipient, subject="x", text="x")
    [letter] = postfix.received(recipient)
    assert b"(mail.example.net [192.0.2.9])" in letter.raw


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("source", ["192.0.2.7", "2001:db8::7"])
def test_proxy_header_tells_postfix_another_client(postfix: Postfix, recipient: str, version: int, source: str) -> None:
    destination = "192.0.2.1" if "." in source else "2001:db8::1"
    account = gp.Account(
        f"smtp://{HOST}:{postfix.special_port('proxy')}",
        route=gp.Route(proxy_header=(version, source, 4711, destination, 25)),
    )
    gp.send(account, from_=LOGIN, to=recipient, subject="x", text="x")
    [letter] = postfix.received(recipient)
    assert (f"[{source}]" if "." in source else f"[IPv6:{source}]").encode() in letter.raw.split(b"\r\n\r\n")[0]


def test_proxy_header_tells_smtp_server_another_client(smtp_server: SmtpServer, recipient: str) -> None:
    port = smtp_server.start(useProxy=True, authOptional=True, hideSTARTTLS=True, disableReverseLookup=True)
    account = gp.Account(f"smtp://{HOST}:{port}", route=gp.Route(proxy_header=(1, "192.0.2.7", 4711, "192.0.2.1", 25)))
    assert gp.send(account, from_=LOGIN, to=recipient, subject="x", text="x").ok
    smtp_server.received(recipient)


def test_client_certificate_is_shown_and_taken(postfix: Postfix, certificates: Certificates, recipient: str) -> None:
    url = f"smtp+starttls://{HOST}:{postfix.special_port('client_certificate')}"
    account = gp.Account(
        url,
        tls=gp.Tls(
            ca_pem=certificates.ca_pem,
            certificate_pem=certificates.client.read_text(),
            key_pem=certificates.client_key.read_text(),
        ),
    )
    gp.send(account, from_=LOGIN, to=recipient, subject="x", text="x")
    postfix.received(recipient)
    with pytest.raises(gp.SendError):
        gp.send(
            gp.Account(url, tls=gp.Tls(ca_pem=certificates.ca_pem)), from_=LOGIN, to=recipient, subject="x", text="x"
        )
    assert len(postfix.inbox.to(recipient)) == 1


def test_source_address_is_what_postfix_sees(postfix: Postfix, recipient: str) -> None:
    gp.send(
        gp.Account(postfix.url(), route=gp.Route(source_address="127.0.0.9")),
        from_=LOGIN,
        to=recipient,
        subject="x",
        text="x",
    )
    [letter] = postfix.received(recipient)
    assert b"[127.0.0.9]" in letter.raw


# --- the session ---


@pytest.mark.parametrize("name", ["postfix", "exim", "smtp_server", "go_smtp"])
@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_tls_session_is_taken_up_again(
    name: str, peer: Peer, tls: str, certificates: Certificates, recipient: str
) -> None:
    account = gp.Account(
        peer.url(tls), tls=gp.Tls(ca_pem=certificates.ca_pem), limits=gp.Limits(letters_per_connection=1)
    )
    with gp.Mailer(account) as mailer:
        results = [mailer.send(message(recipient)) for _ in range(4)]
    assert any(result.session.tls.resumed for result in results[1:])  # not each: a ticket is good for one connection
    assert all(result.session.tls.verified for result in results)


def test_letter_through_exim_is_named_by_its_queue_id(exim: Exim, recipient: str) -> None:
    result = gp.send(exim.url(), from_=LOGIN, to=recipient, subject="x", text="x")
    exim.received(recipient)
    [accepted] = result.accepted
    assert f"{accepted.queue_id} <= {LOGIN}" in exim.log()


def test_questions_to_postfix(postfix: Postfix) -> None:
    account = gp.Account(postfix.url())
    assert account.noop().code == 250
    assert account.vrfy("olga@example.test").code == 252
    assert account.vrfy("nobody@elsewhere.test").code == 554
    assert account.etrn("example.test").code in (250, 458, 459, 554)


def test_cleartext_password_does_not_go_over_an_unencrypted_line_to_a_stranger(
    tmp_path: Path, postfix: Postfix
) -> None:
    account = gp.Account(f"smtp://{HOST}:{postfix.port(None, login=True)}", login=LOGIN, password=PASSWORD)
    strict = gp.Account(
        f"smtp://{HOST}:{postfix.port(None, login=True)}",
        login=LOGIN,
        password=PASSWORD,
        auth=gp.Auth(allow_cleartext=False, mechanisms=["PLAIN"]),
    )
    assert "logged in" in account.check()[-1]
    with pytest.raises(gp.AuthError) as caught:
        strict.check()
    assert "C: AUTH" not in caught.value.transcript

"""Sinks as tests use them: what arrives, what waits say, how rules, profiles, clock and TLS behave."""

from __future__ import annotations

import asyncio
import json
import signal
import smtplib
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

import gatepost as gp
from gatepost.sinks import PROFILES, SinkTimeout

ALL_HEADERS = (
    b"Message-Id: <1@example.org>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nFrom: ivan@example.org\r\n"
    b"To: olga@example.com\r\nSubject: one\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
)


def deliver(sink: gp.Sink | gp.AsyncSink, to: str | list[str] = "olga@example.com", data: bytes = ALL_HEADERS) -> None:
    """One letter by Python's own client."""
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=20) as client:
        if sink.profile.login:
            client.login(sink.profile.login, sink.profile.password)
        client.sendmail("ivan@example.org", to, data)


def with_subject(subject: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content("text")
    return message.as_bytes(policy=SMTP)


def test_a_letter_is_kept_as_it_came_with_envelope_and_session(sink: gp.Sink) -> None:
    deliver(sink, ["olga@example.com", "a@b.ru"])
    [letter] = sink.wait(1)
    assert letter.raw == ALL_HEADERS
    assert letter.envelope.from_ == "ivan@example.org"
    assert letter.envelope.to == ["olga@example.com", "a@b.ru"]
    assert letter.session.client[0] == "127.0.0.1"
    assert letter.session.helo
    assert letter.session.tls is None
    assert "C: rcpt TO:<a@b.ru>" in letter.session.transcript
    assert abs(letter.received - datetime.now(UTC)) < timedelta(minutes=1)
    assert letter.discarded == ""


def test_a_letter_reads_its_message_and_russian_subject(sink: gp.Sink) -> None:
    deliver(sink, data=with_subject("Счёт за октябрь, который не поместится в одну строку заголовка никак"))
    [letter] = sink.letters
    assert letter.subject == "Счёт за октябрь, который не поместится в одну строку заголовка никак"
    assert letter.message.subject == letter.subject
    assert letter.message.text == "text\n"
    assert "Счёт за октябрь" in letter._repr_html_()
    assert "Счёт" in repr(letter)


def test_html_in_a_letter_does_not_reach_the_notebook_unescaped(sink: gp.Sink) -> None:
    deliver(sink, data=b"Subject: <script>alert(1)</script>\r\nContent-Type: text/html\r\n\r\n<script>x</script>\r\n")
    assert "<script" not in sink.letters[0]._repr_html_()
    assert "<script" not in sink._repr_html_()


def test_wait_filters_by_recipient_sender_and_decoded_subject(sink: gp.Sink) -> None:
    deliver(sink, "olga@example.com", with_subject("Счёт"))
    deliver(sink, "ivan@example.com", with_subject("Привет"))
    assert [letter.id for letter in sink.wait(1, to="OLGA@*")] == [1]
    assert [letter.id for letter in sink.wait(1, subject="рив")] == [2]
    assert [letter.id for letter in sink.wait(2, from_="ivan@*.org")] == [1, 2]
    assert sink.select(from_="nobody@*") == []


def test_wait_wakes_when_the_letter_comes(sink: gp.Sink) -> None:
    sender = threading.Timer(0.05, deliver, (sink,))
    sender.start()
    assert len(sink.wait(1, timeout=20)) == 1
    sender.join()


def test_a_vain_wait_says_what_came_what_was_discarded_and_what_was_said(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink("demo_gate")
    deliver(sink, "anna@example.com")
    deliver(sink, "test@test.ru")
    with pytest.raises(SinkTimeout) as caught:
        sink.wait(1, to="olga@example.com", subject="Счёт", timeout=0.05)
    text = str(caught.value)
    assert "waited 0.05 s for 1 letter to olga@example.com, with 'Счёт' in the subject; 0 came" in text
    assert "ivan@example.org -> anna@example.com  'one'" in text
    assert "because: test@test.ru" in text
    assert "S: 250 2.1.5" in text
    assert PROFILES["demo_gate"].password not in text.replace(PROFILES["demo_gate"].login, "").replace("demo_gate", "")


def test_a_vain_wait_without_any_visitor_says_so(sink: gp.Sink) -> None:
    with pytest.raises(SinkTimeout, match="nobody has connected"):
        sink.wait(1, timeout=0.01)


def test_letters_after_a_cursor_are_those_that_came_later(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer:
        for subject in ("one", "two", "three"):
            mailer.send(gp.Message(from_="a@b.ru", to="c@d.ru", subject=subject, text="x"))
    assert [letter.subject for letter in sink.select(after=1)] == ["two", "three"]
    assert [letter.subject for letter in sink.select(after=1, subject="three")] == ["three"]
    assert sink.select(after=3) == []
    with pytest.raises(gp.InputError, match="after takes a whole number"):
        sink.select(after=-1)


def test_a_letter_as_plain_values_is_json(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(gp.Message(from_="a@b.ru", to=["c@d.ru", "e@f.ru"], subject="Счёт", text="x"))
    [letter] = sink.letters
    values = letter.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert (values["from"], values["to"], values["subject"]) == ("a@b.ru", ["c@d.ru", "e@f.ru"], "Счёт")
    assert values["bytes"] == len(letter.raw)


def test_assert_none_passes_in_silence_and_fails_on_a_letter(sink: gp.Sink) -> None:
    sink.assert_none(within=0.01)
    deliver(sink)
    sink.assert_none(to="somebody-else@*")
    with pytest.raises(AssertionError, match=r"expected no letter to olga@\*, but 1 came"):
        sink.assert_none(to="olga@*")


def test_clear_empties_the_sink(sink: gp.Sink) -> None:
    deliver(sink)
    sink.clear()
    assert sink.letters == [] and sink.discarded == []
    assert sink.received == 1


def test_sessions_tell_how_they_ended(sink: gp.Sink) -> None:
    deliver(sink)
    [session] = sink.sessions
    assert session.letters == 1
    assert session.end
    assert session.closed is not None and session.closed >= session.opened
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo("me.example")
        assert (sink.sessions[-1].helo, sink.sessions[-1].end, sink.sessions[-1].closed) == ("me.example", "", None)


def test_rules_answer_in_order_and_can_be_taken_away(sink: gp.Sink) -> None:
    rule = sink.rules.add(phase="rcpt", to="full@*", nth=1, reply="452 4.2.2 Mailbox full")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        deliver(sink, "full@example.com")
    assert caught.value.recipients["full@example.com"] == (452, b"4.2.2 Mailbox full")
    deliver(sink, "full@example.com")
    assert sink.rules.remove(rule) is True
    assert sink.rules.remove(rule) is False
    sink.rules.add(phase="mail", reply="550 5.7.1 Нет")
    with pytest.raises(smtplib.SMTPSenderRefused):
        deliver(sink)
    sink.rules.clear()
    deliver(sink)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"phase": "lunch"}, "phase"),
        ({"phase": "rcpt", "reply": "no code"}, "reply"),
        ({"phase": "rcpt", "reply": "250 a\r\n550 b"}, "reply"),
        ({"phase": "rcpt", "odds": 2.0}, "odds"),
        ({"phase": "rcpt", "delay": -1.0}, "delay"),
        ({"phase": "rcpt", "greylist": float("nan")}, "greylist"),
    ],
)
def test_a_bad_rule_is_refused_by_the_name_of_its_field(sink: gp.Sink, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(gp.InputError, match=named):
        sink.rules.add(**fields)


def test_rules_as_data_with_an_unknown_field_name_it(make_sink: Callable[..., gp.Sink]) -> None:
    with pytest.raises(gp.InputError, match="'replay'"):
        make_sink(rules=[{"phase": "rcpt", "replay": "550 x"}])
    with pytest.raises(gp.InputError, match="phase"):
        make_sink(rules=[{"reply": "550 x"}])


def test_greylisting_ends_when_the_clock_is_advanced(sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", greylist=300)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        deliver(sink)
    before = sink.clock.now()
    sink.clock.advance(minutes=6)
    assert sink.clock.now() - before >= timedelta(minutes=6)
    deliver(sink)
    assert sink.letters[0].received - before >= timedelta(minutes=6)
    with pytest.raises(gp.InputError, match=r"^hours takes a time from 0 to 36,500 days, not -3600 seconds"):
        sink.clock.advance(hours=-1)


def test_the_demo_gate_asks_for_its_login(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink("demo_gate")
    assert sink.url == f"smtp://demo.demo%40smtpgate:demo@127.0.0.1:{sink.port}"
    with smtplib.SMTP("127.0.0.1", sink.port) as client, pytest.raises(smtplib.SMTPSenderRefused) as refused:
        client.sendmail("ivan@example.org", "olga@example.com", ALL_HEADERS)
    assert refused.value.smtp_code == 530
    with smtplib.SMTP("127.0.0.1", sink.port) as client, pytest.raises(smtplib.SMTPAuthenticationError):
        client.login("demo.demo@smtpgate", "wrong")
    deliver(sink)
    assert sink.letters[0].session.user == "demo.demo@smtpgate"


def test_the_demo_gate_discards_its_test_address(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink("demo_gate")
    deliver(sink, ["Test@Test.ru", "olga@example.com"])
    assert [letter.envelope.to for letter in sink.letters] == [["olga@example.com"]]
    assert [letter.envelope.to for letter in sink.discarded] == [["Test@Test.ru"]]


@pytest.mark.parametrize("header", ["Message-Id", "Date", "From", "To", "Subject", "MIME-Version", "Content-Type"])
def test_the_demo_gate_lets_a_letter_without_a_required_header_die(
    make_sink: Callable[..., gp.Sink], header: str
) -> None:
    sink = make_sink("demo_gate")
    lines = [line for line in ALL_HEADERS.split(b"\r\n") if not line.startswith(header.encode() + b":")]
    deliver(sink, data=b"\r\n".join(lines))
    assert sink.letters == []
    assert [letter.discarded for letter in sink.discarded] == [f"missing {header}"]


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(gp.InputError, match=r"demo_gate, .*open, "):
        gp.Sink("demo-gate")


def test_an_unknown_kind_of_tls_is_refused() -> None:
    with pytest.raises(gp.InputError, match="starttls, starttls_optional, implicit, or a SinkTls, not 'ssl'"):
        gp.Sink(tls="ssl")


def test_starttls_is_required_and_trusted_by_its_own_authority(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink(tls="starttls")
    context = ssl.create_default_context(cadata=sink.ca_pem)
    with smtplib.SMTP("localhost", sink.port) as client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("ivan@example.org", "olga@example.com", ALL_HEADERS)
        client.starttls(context=context)
        client.sendmail("ivan@example.org", "olga@example.com", ALL_HEADERS)
    tls = sink.letters[0].session.tls
    assert tls is not None and tls[0].startswith("TLSv1.")
    assert sink.url.startswith("smtp+starttls://")


def test_implicit_tls_speaks_tls_from_the_first_byte(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink(tls="implicit", users={"ivan": "p@ss/word"})
    assert sink.url == f"smtps://ivan:p%40ss%2Fword@127.0.0.1:{sink.port}"
    with smtplib.SMTP_SSL("127.0.0.1", sink.port, context=ssl.create_default_context(cadata=sink.ca_pem)) as client:
        client.login("ivan", "p@ss/word")
        client.sendmail("ivan@example.org", "olga@example.com", ALL_HEADERS)
    assert len(sink.letters) == 1


@pytest.mark.parametrize("tls", [None, "starttls", "implicit"])
def test_its_account_sends_into_it(make_sink: Callable[..., gp.Sink], tls: str | None) -> None:
    sink = make_sink("demo_gate", tls=tls)
    message = gp.Message(from_="Иван <ivan@example.org>", to="olga@example.com", subject="Счёт", text="раз")
    with gp.Mailer(sink.account(name="mine")) as mailer:
        assert mailer.send(message).ok
    [letter] = sink.wait(1)
    assert letter.raw == bytes(message)
    assert letter.session.user == "demo.demo@smtpgate"


def test_its_account_with_a_wrong_password_is_refused(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink("demo_gate")
    with pytest.raises(gp.AuthError):
        sink.account(password="wrong").check()


def test_a_port_that_is_taken_is_an_os_error_that_names_it(sink: gp.Sink) -> None:
    with pytest.raises(OSError, match=f"127.0.0.1 port {sink.port}: Address already in use"):
        gp.Sink(port=sink.port)


def test_a_closed_sink_takes_nobody_and_keeps_what_it_has() -> None:
    with gp.Sink() as sink:
        deliver(sink)
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", sink.port)
    assert len(sink.letters) == 1
    sink.close()


def test_the_oldest_letters_make_room_for_new_ones(make_sink: Callable[..., gp.Sink]) -> None:
    sink = make_sink(limits=gp.SinkLimits(inbox_bytes=30_000))
    for n in range(5):
        deliver(sink, f"n{n}@example.com", b"Subject: big\r\n\r\n" + b"x" * 70 * 100 + b"\r\n")
    assert sink.received == 5
    assert [letter.envelope.to for letter in sink.letters][-1] == ["n4@example.com"]
    assert len(sink.letters) < 5


def test_bytes_that_are_no_text_are_shown_and_kept(sink: gp.Sink) -> None:
    deliver(sink, data=b"Subject: \xff\xfe raw\r\n\r\n\x80\xff\r\n")
    [letter] = sink.wait(1)
    assert letter.raw.endswith(b"\x80\xff\r\n")
    assert "raw" in letter.subject
    assert repr(letter)


def test_ctrl_c_ends_a_wait_at_once() -> None:
    script = (
        "import gatepost as gp\nwith gp.Sink() as sink:\n    print('up', flush=True)\n    sink.wait(1, timeout=60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in process.stderr.read()
        process.wait(20)
        assert time.monotonic() - begin < 10


def test_async_sink_waits_without_holding_up_the_loop() -> None:
    async def scenario() -> None:
        async with gp.AsyncSink() as sink:
            await sink.assert_none(within=0.01)
            waiting = asyncio.create_task(sink.wait(1, to="olga@*", timeout=20))
            await asyncio.to_thread(deliver, sink)
            [letter] = await waiting
            assert letter.raw == ALL_HEADERS
            with pytest.raises(AssertionError, match="but 1 came"):
                await sink.assert_none()
            with pytest.raises(SinkTimeout, match="1 came"):
                await sink.wait(2, timeout=0.01)
            cancelled = asyncio.create_task(sink.wait(5, timeout=60))
            await asyncio.sleep(0)
            cancelled.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cancelled

    asyncio.run(scenario())


def test_rules_and_waits_know_international_domains_as_people_write_them(sink: gp.Sink) -> None:
    sink.rules.add(phase="rcpt", to="oleg@*.пример.рф", reply="550 5.1.1 No such user")
    gp.send(sink.url, from_="a@b.ru", to="petr@пример.рф", subject="x", text="y")
    assert sink.wait(1, to="petr@пример.рф")[0].envelope.to == ["petr@xn--e1afmkfd.xn--p1ai"]
    with pytest.raises(gp.SendError):
        gp.send(sink.url, from_="a@b.ru", to="oleg@почта.пример.рф", subject="x", text="y")
    with pytest.raises(gp.InputError, match="wildcard inside"):
        sink.rules.add(phase="rcpt", to="*@поч*.рф", reply="550 5.1.1 No such user")

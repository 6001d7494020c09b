"""The simulated servers of CPython's test_smtplib and our client: its verdict on each, and what it sends then.

Run by suite.py with SUITES_CPYTHON set; not collected with the other tests, which have no such package.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import unittest
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import test

warnings.simplefilter("ignore", DeprecationWarning)  # smtpd and asyncore, of which the simulated servers are made
test.__path__.append(os.environ["SUITES_CPYTHON"])
sys.path.append(os.environ["SUITES_CPYTHON"])

import test_smtplib as theirs  # noqa: E402

import gatepost as gp  # noqa: E402

LETTER = b"Subject: x\r\n\r\nA test message\r\n"
LETTER_8BIT = "Subject: ő\r\n\r\n¡A test message!\r\n".encode()
LOGIN, PASSWORD = theirs.sim_auth
FROM, TO = "john@example.org", ["sally@example.org", "frank@example.org", "george@example.org"]


class Server:
    """A running server of theirs and our client towards it."""

    def __init__(self, case: Any) -> None:
        self.case = case
        self.serv = case.serv

    def account(self, scheme: str = "smtp", **options: Any) -> gp.Account:
        return gp.Account(f"{scheme}://{theirs.HOST}:{self.case.port}", timeouts=gp.Timeouts(connect=5.0), **options)

    def login(self, password: str = PASSWORD, **options: Any) -> list[str]:
        return self.account(login=LOGIN, password=password, **options).check()

    def answer(self, base: type = theirs.SimSMTPChannel, **replies: Any) -> None:
        """Connections to come answer so: mail_response, rcpt_response, data_response, quit_response, disconnect."""
        self.serv.channel_class = type("Answering", (base,), replies)

    def send(self, to: list[str] = TO, letter: bytes = LETTER, **options: Any) -> gp.SendResult:
        with gp.Mailer(self.account(**options)) as mailer:
            return mailer.send(letter, from_=FROM, to=to, timeout=5)

    def failure(self, expected: type[gp.SendError], **options: Any) -> gp.Failure:
        with pytest.raises(expected) as caught:
            self.send(**options)
        return caught.value.failure


def logged_in(findings: list[str]) -> bool:
    return any(line.startswith("logged in") for line in findings)


@contextmanager
def running(kind: type[unittest.TestCase]) -> Iterator[Server]:
    """The server that this TestCase of theirs sets up."""
    case = kind()
    case.setUp()
    try:
        yield Server(case)
    finally:
        case.tearDown()


@pytest.fixture
def sim() -> Iterator[Server]:
    with running(theirs.SMTPSimTests) as server:
        yield server


def test_letter_arrives_with_its_envelope(sim: Server) -> None:
    assert sim.send().ok
    assert sim.serv._addresses == {"from": FROM, "tos": TO}


def test_starttls_that_is_offered_and_refused_leaves_an_opportunistic_client_in_the_clear(sim: Server) -> None:
    result = sim.send()
    assert "C: STARTTLS" in result.transcript
    assert result.ok


def test_starttls_that_is_offered_and_refused_stops_a_client_that_requires_it(sim: Server) -> None:
    with pytest.raises(gp.TlsError) as caught:
        sim.account("smtp+starttls").check()
    assert caught.value.failure.phase == "tls"
    assert sim.serv._addresses == {}


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_right_password_logs_in(sim: Server, mechanism: str) -> None:
    sim.serv.add_feature(f"AUTH {mechanism}")
    assert logged_in(sim.login())


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_wrong_password_is_an_auth_failure(sim: Server, mechanism: str) -> None:
    sim.serv.add_feature(f"AUTH {mechanism}")
    with pytest.raises(gp.AuthError) as caught:
        sim.login("wrong")
    failure = caught.value.failure
    assert (failure.phase, failure.code, failure.category) == ("auth", 535, gp.Category.AUTH_FAILED)
    assert "wrong" not in caught.value.transcript


def test_mechanism_that_nobody_knows_is_passed_over(sim: Server) -> None:
    sim.serv.add_feature("AUTH BOGUS PLAIN LOGIN CRAM-MD5")
    assert logged_in(sim.login())


def test_unknown_mechanism_alone_is_an_auth_failure_before_auth_is_sent(sim: Server) -> None:
    sim.serv.add_feature("AUTH BUGGY")
    with pytest.raises(gp.AuthError) as caught:
        sim.login()
    assert caught.value.failure.phase == "auth"
    assert "C: AUTH" not in caught.value.transcript


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_challenges_without_end_end_the_login(sim: Server, mechanism: str) -> None:
    sim.serv.add_feature(f"AUTH {mechanism}")
    sim.answer(**{f"_auth_{mechanism.lower().replace('-', '_')}": theirs.SimSMTPChannel._auth_buggy})
    with pytest.raises(gp.SendError) as caught:
        sim.login()
    assert caught.value.failure.phase == "auth"
    assert caught.value.transcript.count("S: 334") < 10


def test_451_to_mail_and_a_closed_connection_is_a_refusal_of_the_sender(sim: Server) -> None:
    sim.answer(mail_response="451 Requested action aborted", disconnect=True)
    failure = sim.failure(gp.SendError)
    assert (failure.phase, failure.code, failure.permanence) == ("mail", 451, "temporary")
    assert not failure.maybe_delivered


def test_421_to_mail_ends_the_session_without_rset(sim: Server) -> None:
    sim.answer(mail_response="421 closing connection")
    failure = sim.failure(gp.SendError)
    assert (failure.phase, failure.code) == ("mail", 421)
    assert sim.serv._SMTPchannel.rset_count == 0


def test_421_to_the_second_recipient_accepts_nobody_and_ends_the_session_without_rset(sim: Server) -> None:
    sim.answer(rcpt_response=["250 accepted", "421 closing", "250 too late"])
    with pytest.raises(gp.SendError) as caught:
        sim.send()
    assert [failure.recipient for failure in caught.value.refused] == TO
    assert 421 in [failure.code for failure in caught.value.refused]
    assert all(failure.phase == "rcpt" and failure.retry != "never" for failure in caught.value.refused)
    assert sim.serv._SMTPchannel.rset_count == 0
    assert sim.serv._addresses == {}


def test_421_to_data_is_about_the_whole_letter(sim: Server) -> None:
    sim.answer(data_response="421 closing")
    failure = sim.failure(gp.SendError)
    assert (failure.phase, failure.code) == ("data", 421)
    assert not failure.maybe_delivered


def test_421_instead_of_the_final_reply_refuses_the_letter(sim: Server) -> None:
    class Closing(theirs.SimSMTPChannel):
        def found_terminator(self) -> None:
            if self.smtp_state == self.DATA:
                self.push("421 closing")
            else:
                super().found_terminator()

    sim.serv.channel_class = Closing
    failure = sim.failure(gp.SendError)
    assert (failure.phase, failure.code, failure.maybe_delivered) == ("final", 421, False)


def test_554_to_one_recipient_of_three_lets_the_others_have_the_letter(sim: Server) -> None:
    sim.answer(rcpt_response=["250 accepted", "550 5.1.1 no such user", "250 accepted"])
    # Their channel notes no recipients when it answers by script, and so refuses DATA.
    with pytest.raises(gp.SendError) as caught:
        sim.send()
    by_recipient = {failure.recipient: failure for failure in caught.value.refused}
    assert by_recipient[TO[1]].code == 550
    assert by_recipient[TO[1]].category is gp.Category.RECIPIENT_UNKNOWN
    assert by_recipient[TO[0]].phase == by_recipient[TO[2]].phase == "data"


def test_421_to_quit_takes_nothing_back(sim: Server) -> None:
    sim.answer(quit_response="421 QUIT FAILED")
    assert sim.send().ok


def test_non_ascii_local_part_is_sent_to_no_server_without_smtputf8(sim: Server) -> None:
    failure = sim.failure(gp.SendError, to=["főo@example.org"])
    assert failure.category is gp.Category.FEATURE_UNSUPPORTED
    assert sim.serv._addresses == {}


def test_8bit_letter_is_sent_to_no_server_without_8bitmime(sim: Server) -> None:
    failure = sim.failure(gp.SendError, letter=LETTER_8BIT)
    assert failure.category is gp.Category.FEATURE_UNSUPPORTED
    assert sim.serv._addresses == {}


def test_letter_beyond_the_announced_size_is_not_sent(sim: Server) -> None:
    failure = sim.failure(gp.SendError, letter=LETTER + b"x" * 20_000_000)
    assert failure.category is gp.Category.MESSAGE_TOO_LARGE
    assert sim.serv._addresses == {}


def test_non_ascii_local_part_and_8bit_letter_arrive_over_smtputf8() -> None:
    with running(theirs.SMTPUTF8SimTests) as server:
        assert server.send(["főo@example.org"], LETTER_8BIT).ok
        assert server.serv.last_rcpttos == ["főo@example.org"]
        assert server.serv.last_message == LETTER_8BIT.replace(b"\r\n", b"\n").removesuffix(b"\n")
        assert "SMTPUTF8" in server.serv.last_mail_options
        assert "BODY=8BITMIME" in server.serv.last_mail_options


def test_plain_sends_its_initial_response_with_auth() -> None:
    with running(theirs.SMTPAUTHInitialResponseSimTests) as server:
        server.serv.add_feature("AUTH PLAIN")
        assert logged_in(server.account(login="psu", password="doesnotexist").check())


def test_571_to_auth_is_an_auth_failure() -> None:
    with running(theirs.SMTPAUTHInitialResponseSimTests) as server:
        server.serv.add_feature("AUTH PLAIN")
        with pytest.raises(gp.AuthError) as caught:
            server.account(login="psu", password="another").check()
        assert (caught.value.failure.phase, caught.value.failure.code) == ("auth", 571)


@contextmanager
def saying(greeting: bytes) -> Iterator[int]:
    """Their server() of one connection, which says this and hangs up; yields its port."""
    heard = threading.Event()
    listener = socket.create_server((theirs.HOST, 0))
    listener.settimeout(15)
    port = listener.getsockname()[1]
    thread = threading.Thread(target=theirs.server, args=(heard, greeting, listener))
    thread.start()
    heard.wait()
    yield port
    thread.join()


@pytest.mark.parametrize(
    "greeting",
    [theirs.TooLongLineTests.respdata, b"199 no hello for you!", b"199 no hello for you!\r\n"],
    ids=["line_too_long", "bad_code_and_no_line_end", "bad_code"],
)
def test_greeting_that_is_none_fails_the_connection(greeting: bytes) -> None:
    with saying(greeting) as port, pytest.raises(gp.ConnectError) as caught:
        gp.Account(f"smtp://{theirs.HOST}:{port}", timeouts=gp.Timeouts(connect=5.0)).check()
    assert caught.value.failure.phase == "greeting"
    assert not caught.value.failure.maybe_delivered

import errno
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

import gatepost as gp
from gatepost import _core
from gatepost.codes import Failure
from gatepost.errors import ConnectTimeout, error_for


def local(category, phase, message="said by us"):
    return Failure.from_core(_core.local_failure(category, phase, message))


def late(category, phase):
    return replace(local(category, phase), timed_out=True)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (local("connect_failed", "connect", "connection refused"), gp.ConnectError),
        (late("connect_failed", "connect"), ConnectTimeout),
        (late("connection_lost", "greeting"), ConnectTimeout),
        (late("dns_temporary", "dns"), ConnectTimeout),
        (late("connection_lost", "tls"), ConnectTimeout),
        (late("connection_lost", "auth"), ConnectTimeout),
        (late("connection_lost", "final"), ConnectTimeout),
        (local("connection_lost", "final", "the server closed the connection"), gp.ConnectError),
        (local("dns_temporary", "dns"), gp.ConnectError),
        (local("tls_error", "tls", "certificate verify failed"), gp.TlsError),
        (gp.explain("530 5.7.0 Must issue a STARTTLS command first.", phase="mail"), gp.TlsError),
        (gp.explain("535 5.7.8 Incorrect login or password", phase="auth"), gp.AuthError),
        (gp.explain("530 5.7.0 Authentication required", phase="mail"), gp.AuthError),
        (gp.explain("553 Domain not found", phase="mail"), gp.SenderError),
        (gp.explain("550 5.7.60 no permissions to send as this sender", phase="final"), gp.SenderError),
        (gp.explain("550 5.1.1 User unknown", phase="rcpt"), gp.RecipientsRefused),
        (local("too_many_recipients", "local"), gp.RecipientsRefused),
        (gp.explain("554 5.7.1 Spam message rejected", phase="final"), gp.DataError),
        (local("message_too_large", "local"), gp.DataError),
        (gp.explain("550 5.1.1 User unknown", phase="bounce"), gp.SendError),
    ],
    ids=lambda value: getattr(value, "__name__", None) or f"{value.phase}-{value.category.value}",
)
def test_error_class_follows_from_phase_and_category(failure, expected):
    error = error_for(failure)
    assert type(error) is expected
    assert error.failure is failure and str(error) == str(failure)


def test_connection_errors_are_what_python_users_expect():
    refused = error_for(local("connect_failed", "connect", "connection refused"))
    assert isinstance(refused, ConnectionError) and not isinstance(refused, TimeoutError)
    slow = error_for(late("connect_failed", "connect"))
    assert isinstance(slow, ConnectionError) and isinstance(slow, TimeoutError)


def test_every_send_error_is_a_gatepost_error_and_bad_input_is_a_value_error():
    for error in (gp.ConnectError, gp.TlsError, gp.AuthError, gp.SenderError, gp.RecipientsRefused, gp.DataError):
        assert issubclass(error, gp.SendError) and issubclass(error, gp.GatepostError)
    assert gp.InputError is _core.InputError and issubclass(gp.InputError, ValueError)


def test_refusals_and_transcript_travel_with_the_error():
    failure = gp.explain("550 5.1.1 User unknown", phase="rcpt")
    error = error_for(failure, refused=[failure, failure], transcript="S: 550")
    assert error.refused == [failure, failure] and error.transcript == "S: 550"


def test_error_survives_pickling_as_it_crosses_processes():
    failure = replace(late("connect_failed", "connect"), errno=errno.ETIMEDOUT)
    error = error_for(failure, transcript="S: 421")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is ConnectTimeout
    assert (again.failure, again.transcript, str(again)) == (error.failure, error.transcript, str(error))
    assert again.errno == errno.ETIMEDOUT


def test_letter_that_may_have_arrived_says_so():
    failure = replace(local("connection_lost", "final", "no answer after the letter"), maybe_delivered=True)
    assert "may have been delivered" in failure.hint and "may have been delivered" in str(error_for(failure))


def test_text_of_an_error_holds_no_more_than_a_screenful_of_the_servers_words():
    failure = gp.explain("550 5.7.1 " + "\u202e\x9b spam" * 8000, phase="final")
    assert len(str(error_for(failure))) < 3000
    assert not {"\u202e", "\x9b"} & set(str(failure) + failure.text)
    assert len(str(local("protocol_error", "ehlo", "x" * 60_000))) < 3000


def test_loss_before_the_final_dot_does_not_speak_of_it():
    failure = local("connection_lost", "mail")
    assert "dot" not in str(failure) and "accepted" not in str(failure)


def test_what_is_refused_on_this_side_blames_no_server(tmp_path: Path) -> None:
    with (
        gp.Sink() as sink,
        gp.History(tmp_path / "history.db") as history,
        gp.Mailer(sink.account(), history=history) as mailer,
    ):
        with pytest.raises(gp.DataError) as caught:
            mailer.send(b"From: a@example.com\r\n\r\na\0b\r\n", from_="a@example.com", to="b@example.com")
        assert sink.letters == []
        [row] = history.errors()
    failure = caught.value.failure
    assert (failure.phase, failure.category) == ("local", "message_malformed")
    assert "no server was asked" in failure.cause and "the message names" in failure.remedy
    assert failure.remedy in str(caught.value) and "no server was asked" in failure._repr_html_()
    assert (row["cause"], row["remedy"]) == (failure.cause, failure.remedy)


def test_the_same_category_in_a_servers_words_keeps_the_servers_remedy() -> None:
    said = gp.explain("550 5.6.0 Message rejected: Missing required «From» header")
    assert "must each stand once" in said.remedy and "no server was asked" not in said.cause

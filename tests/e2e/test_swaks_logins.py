"""swaks against our sink: logins, demanded, optional and failing."""

from __future__ import annotations

import pytest

import gatepost as gp
from peers.peer import LOGIN, PASSWORD
from peers.swaks import AUTH, NO_AUTH, REFUSED_MAIL, MakeSink, RunSwaks, last_transcript


@pytest.mark.parametrize("mechanism", ["DIGEST-MD5", "CRAM-SHA1"])
def test_mechanism_that_nobody_offers(make_sink: MakeSink, run_swaks: RunSwaks, mechanism: str) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", mechanism, *AUTH, code=NO_AUTH)


def test_any_mechanism_will_do(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", "ANY", *AUTH)
    assert sink.wait(1)[0].session.user == LOGIN


def test_without_a_login_there_is_no_letter(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    run_swaks(make_sink(users={LOGIN: PASSWORD}), code=REFUSED_MAIL)


def test_login_before_the_tls_that_is_required_is_refused(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(tls="starttls", users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", "PLAIN", *AUTH, code=NO_AUTH)
    assert PASSWORD not in last_transcript(sink)


@pytest.mark.parametrize(("option", "code"), [("--auth-optional", 0), ("--auth-optional-strict", NO_AUTH)])
def test_optional_login_where_no_mechanism_fits(
    make_sink: MakeSink, run_swaks: RunSwaks, option: str, code: int
) -> None:
    sink = make_sink(
        users={LOGIN: PASSWORD}, access=gp.SinkAccess(mechanisms=["SCRAM-SHA-256"], no_auth_from=["127.0.0.1"])
    )
    run_swaks(sink, option, *AUTH, code=code)
    assert [letter.session.user for letter in sink.letters] == ([""] if code == 0 else [])


def test_optional_login_that_fails(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD}, access=gp.SinkAccess(no_auth_from=["127.0.0.1"]))
    wrong = ["--auth-user", LOGIN, "--auth-password", "wrong"]
    run_swaks(sink, "--auth-optional-strict", *wrong, code=NO_AUTH)
    run_swaks(sink, "--auth-optional", *wrong)
    assert [letter.session.user for letter in sink.wait(1)] == [""]


def test_mechanism_by_another_name_is_not_offered(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    run_swaks(sink, "--auth", "PLAINER", "--auth-map", "PLAINER=PLAIN", *AUTH, code=NO_AUTH)
    run_swaks(sink, "--auth", "PLAIN", "--auth-map", "PLAINER=PLAIN", *AUTH)
    assert len(sink.wait(1)) == 1


def test_what_is_sent_to_log_in_by(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(users={LOGIN: PASSWORD})
    assert f"\\0{LOGIN}\\0{PASSWORD}" in run_swaks(sink, "--auth", "PLAIN", "--auth-plaintext", *AUTH)
    assert PASSWORD not in last_transcript(sink)
    assert PASSWORD not in run_swaks(sink, "--auth", "LOGIN", "--auth-plaintext", "--auth-hide-password", *AUTH)

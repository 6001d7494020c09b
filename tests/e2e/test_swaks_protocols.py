"""swaks against our sink: each protocol it speaks, pipelining, the replies of LMTP."""

from __future__ import annotations

import pytest

from peers.peer import LOGIN, PASSWORD
from peers.swaks import AUTH, HER, NO_HELO, NO_PRDR, NO_RCPT, MakeSink, RunSwaks


@pytest.mark.parametrize(
    ("protocol", "tls", "greets_with"),
    [
        ("SMTP", None, "HELO"),
        ("SMTPS", "implicit", "HELO"),
        ("SSMTP", "implicit", "EHLO"),
        ("SSMTPA", "implicit", "EHLO"),
        ("ESMTP", None, "EHLO"),
        ("ESMTPA", None, "EHLO"),
        ("ESMTPS", "starttls", "EHLO"),
        ("ESMTPSA", "starttls", "EHLO"),
        ("LMTP", None, "LHLO"),
        ("LMTPA", None, "LHLO"),
        ("LMTPS", "starttls", "LHLO"),
        ("LMTPSA", "starttls", "LHLO"),
    ],
)
def test_protocol(make_sink: MakeSink, run_swaks: RunSwaks, protocol: str, tls: str | None, greets_with: str) -> None:
    lmtp = protocol.startswith("LMTP")
    login = {"users": {LOGIN: PASSWORD}} if protocol.endswith("A") else {}
    sink = make_sink(tls=tls, lmtp=lmtp, **login)
    run_swaks(sink, "--protocol", protocol, "--port", str(sink.port), *(AUTH if login else []))
    [letter] = sink.wait(1)
    assert f"C: {greets_with} " in letter.session.transcript
    assert letter.session.user == (LOGIN if login else "")
    assert (letter.session.tls is not None) == (tls is not None)


@pytest.mark.parametrize("protocol", ["SMTP", "LMTP"])
def test_greeting_of_the_other_protocol_is_refused(make_sink: MakeSink, run_swaks: RunSwaks, protocol: str) -> None:
    sink = make_sink(lmtp=protocol == "SMTP")
    run_swaks(sink, "--protocol", protocol, code=NO_HELO)
    assert sink.letters == []


def test_pipelined_letter_to_some_who_are_refused(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", to="nobody@*", reply="550 5.1.1 No such user here")
    said = run_swaks(sink, "--pipeline", to=f"a@example.com,nobody@example.com,{HER}")
    [letter] = sink.wait(1)
    assert letter.envelope.to == ["a@example.com", HER]
    assert said.index(" -> DATA") < said.index("550 5.1.1")  # it did not wait


def test_pipelined_letter_to_nobody_at_all_is_none(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink()
    sink.rules.add(phase="rcpt", reply="550 5.1.1 No such user here")
    run_swaks(sink, "--pipeline", to="a@example.com,b@example.com", code=NO_RCPT)
    assert sink.letters == []


def test_lmtp_replies_for_each_recipient(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    sink = make_sink(lmtp=True)
    said = run_swaks(sink, "--protocol", "LMTP", "--pipeline", to=f"a@example.com,b@example.com,{HER}")
    [letter] = sink.wait(1)
    assert len(letter.envelope.to) == 3
    assert said.partition(" -> .\n")[2].count("<-  250 ") == 3


def test_prdr_is_not_offered(make_sink: MakeSink, run_swaks: RunSwaks) -> None:
    run_swaks(make_sink(), "--prdr", code=NO_PRDR)

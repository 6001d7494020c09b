"""Letters that were accepted and come back later; Python's email package reads the notifications."""

from __future__ import annotations

import email
import email.policy
import smtplib
from email.message import EmailMessage
from typing import Any

import pytest

import gatepost as gp
from gatepost.sinks import RuleFields

LATE: RuleFields = {
    "phase": "rcpt", "name": "late", "to": "gone@*", "bounce": "550 5.1.1 <{to}>: user unknown", "bounce_after": 60,
}  # fmt: skip
LETTER = "Message-Id: <7@x>\r\nFrom: ivan@example.com\r\nSubject: Hello\r\n\r\nSecret words\r\n"


def send(sink: gp.Sink, to: list[str], from_: str = "ivan@example.com", **options: Any) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=20) as session:
        session.sendmail(from_, to, LETTER, **options)


def fields_of(bounce: gp.sinks.Letter) -> list[dict[str, str]]:
    report = email.message_from_bytes(bounce.raw, policy=email.policy.default)
    assert isinstance(report, EmailMessage)
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    assert report["Auto-Submitted"] == "auto-replied" and not report.defects
    [_, status, _] = report.iter_parts()
    return [dict(block.items()) for block in status.get_payload()]  # type: ignore[union-attr]


def test_a_letter_comes_back_when_its_time_has_come_and_not_before() -> None:
    with gp.Sink(rules=[LATE]) as sink:
        send(sink, ["gone@x.example", "olga@x.example"])
        sink.wait(1)
        sink.clock.advance(seconds=50)
        sink.assert_none(to="ivan@*")
        sink.clock.advance(seconds=11)
        [bounce] = sink.wait(1, to="ivan@example.com")
    assert (bounce.envelope.from_, bounce.envelope.to, bounce.bounce_of) == ("", ["ivan@example.com"], 1)
    letter, recipient = fields_of(bounce)
    assert letter["Reporting-MTA"] == "dns; localhost"
    assert recipient["Final-Recipient"] == "rfc822; gone@x.example"
    assert (recipient["Action"], recipient["Status"]) == ("failed", "5.1.1")
    assert recipient["Diagnostic-Code"] == "smtp; 550 5.1.1 <gone@x.example>: user unknown"
    assert b"Message-Id: <7@x>" in bounce.raw and b"Secret words" not in bounce.raw


def test_recipients_that_come_back_together_do_so_in_one_letter() -> None:
    with gp.Sink(rules=[{"phase": "final", "bounce": "554 5.4.7 Too old", "bounce_after": 5}]) as sink:
        send(sink, ["a@x.example", "b@x.example"])
        sink.clock.advance(seconds=5)
        [bounce] = sink.wait(1, to="ivan@*")
    assert [block["Final-Recipient"] for block in fields_of(bounce)[1:]] == [
        "rfc822; a@x.example",
        "rfc822; b@x.example",
    ]


@pytest.mark.parametrize("notify", ["NEVER", "SUCCESS,DELAY"])
def test_who_wants_no_notification_gets_none(notify: str) -> None:
    with gp.Sink(rules=[LATE]) as sink:
        send(sink, ["gone@x.example"], rcpt_options=[f"NOTIFY={notify}"])
        send(sink, ["gone@y.example"], from_="")
        send(sink, ["gone@z.example"], mail_options=["ENVID=QQ1", "RET=FULL"],
             rcpt_options=["NOTIFY=FAILURE", "ORCPT=rfc822;old@z.example"])  # fmt: skip
        sink.clock.advance(seconds=60)
        [bounce] = sink.wait(1, to="ivan@*")
        assert len(sink.letters) == 4
    letter, recipient = fields_of(bounce)
    assert letter["Original-Envelope-Id"] == "QQ1"
    assert recipient["Original-Recipient"] == "rfc822;old@z.example"
    assert b"Secret words" in bounce.raw


def test_a_letter_with_utf8_addresses_comes_back_in_the_form_of_rfc_6533() -> None:
    letter = gp.Message(from_="иван@почта.рф", to="gone@ящик.рф", subject="Привет", text="x")
    with gp.Sink(rules=[LATE]) as sink:
        assert gp.send(sink.url, letter).ok
        sink.clock.advance(seconds=60)
        [bounce] = [one for one in sink.letters if one.bounce_of]
    assert b"message/global-delivery-status" in bounce.raw
    assert bounce.envelope.smtp_utf8


def test_a_letter_that_on_letter_refuses_does_not_come_back() -> None:
    with gp.Sink(
        rules=[LATE], on_letter=lambda letter: "550 5.7.1 No" if "bad" in letter.envelope.from_ else None
    ) as sink:
        with pytest.raises(smtplib.SMTPDataError):
            send(sink, ["gone@x.example"], from_="bad@example.com")
        send(sink, ["gone@x.example"], from_="good@example.com")
        sink.clock.advance(seconds=60)
        [bounce] = sink.wait(1, from_="")
    assert bounce.envelope.to == ["good@example.com"]

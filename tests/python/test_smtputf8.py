"""Letters and recipients that need SMTPUTF8, and servers that do not offer it."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

import gatepost as gp

IVAN = "иван@example.com"
OLGA = "olga@example.com"


@pytest.fixture
def old() -> Iterator[gp.Sink]:
    """A server without SMTPUTF8."""
    with gp.Sink(protocol=gp.SinkProtocol(without_extensions=["SMTPUTF8"])) as sink:
        yield sink


def letter(**fields: object) -> gp.Message:
    return gp.Message(**{"from_": "anna@example.com", "to": OLGA, "subject": "Привет", "text": "Тело", **fields})  # type: ignore[arg-type]


def raw(headers: str, body: str = "x") -> bytes:
    return f"From: anna@example.com\nTo: {OLGA}\n{headers}\n\n{body}\n".replace("\n", "\r\n").encode()


def parts(inner: str) -> bytes:
    return raw("Content-Type: multipart/mixed; boundary=b", f"--b\n{inner}\n--b--")


def assert_no_raw_utf8_header(sink: gp.Sink) -> None:
    for received in sink.letters:
        for part in email.message_from_bytes(received.raw).walk():
            assert all(str(value).isascii() for value in part.values()), part


NEEDS_IT = {
    "From": letter(from_=f"Иван <{IVAN}>"),
    "Reply-To": letter(reply_to=IVAN),
    "Sender": gp.Message.parse(raw(f"Sender: {IVAN}")),
    "Cc": letter(cc=IVAN),
    "Subject": gp.Message.parse(raw("Subject: Привет")),
    "Content-Disposition": gp.Message.parse(parts('Content-Disposition: attachment; filename="счёт.pdf"\n\nx')),
    "To": gp.Message.parse(parts(f"Content-Type: message/rfc822\n\nFrom: a@b.ru\nTo: {IVAN}\n\nx")),
}


@pytest.mark.parametrize("field", NEEDS_IT)
def test_a_header_in_utf8_goes_only_to_a_server_that_offers_smtputf8(field: str, old: gp.Sink, sink: gp.Sink) -> None:
    message = NEEDS_IT[field]
    with gp.Mailer(sink.account()) as mailer:
        assert mailer.send(message, from_="anna@example.com", to=OLGA).ok
    assert "SMTPUTF8" in sink.letters[0].envelope.mail_params
    with gp.Mailer(old.account()) as mailer, pytest.raises(gp.SendError, match=f"UTF-8 in {field}") as caught:
        mailer.send(message, from_="anna@example.com", to=OLGA)
    failure = caught.value.failure
    assert failure.category is gp.Category.FEATURE_UNSUPPORTED and failure.phase == "mail"
    assert "does not offer SMTPUTF8" in failure.message and not old.letters


def test_prebuilt_bytes_and_letters_of_the_standard_library_are_read_too(old: gp.Sink) -> None:
    ours = EmailMessage()
    ours["From"], ours["To"], ours["Reply-To"] = "anna@example.com", OLGA, IVAN
    ours.set_content("x")
    with gp.Mailer(old.account()) as mailer:
        for message in (raw(f"Reply-To: {IVAN}"), gp.Message.from_email(ours)):
            with pytest.raises(gp.SendError, match="does not offer SMTPUTF8"):
                mailer.send(message, from_="anna@example.com", to=OLGA)
        results = list(mailer.send_many([("anna@example.com", OLGA, raw("Subject: Привет"))]))
    assert "does not offer SMTPUTF8" in results[0].refused[0].message
    assert not old.letters


def test_a_recipient_that_needs_it_fails_alone_and_the_others_get_the_letter(old: gp.Sink) -> None:
    for message in (letter(bcc=[IVAN]), letter()):
        with gp.Mailer(old.account()) as mailer:
            result = mailer.send(message, to=[IVAN, OLGA])
        [refused] = result.refused
        assert (refused.recipient, refused.phase, refused.category) == (IVAN, "rcpt", gp.Category.FEATURE_UNSUPPORTED)
        assert [one.address for one in result.accepted] == [OLGA]
    assert_no_raw_utf8_header(old)


def test_a_letter_whose_to_names_such_a_recipient_says_which_field_keeps_it_back(old: gp.Sink) -> None:
    with gp.Mailer(old.account()) as mailer, pytest.raises(gp.SendError) as caught:
        mailer.send(letter(to=[IVAN, OLGA]))
    by_recipient = {failure.recipient: failure for failure in caught.value.refused}
    assert "the address is not ASCII" in by_recipient[IVAN].message
    assert "UTF-8 in To" in by_recipient[OLGA].message and not old.letters


def test_a_campaign_sends_to_all_but_those_who_need_it(old: gp.Sink, tmp_path: Path) -> None:
    campaign = gp.Campaign(
        "c",
        template=gp.Template(subject="Привет, {{ name }}", text="Тело"),
        recipients=[{"email": IVAN, "name": "Иван"}, {"email": OLGA, "name": "Ольга"}],
        from_="Отдел <news@example.com>",
        accounts=[old.account()],
        store=str(tmp_path / "c.db"),
    )
    campaign.run()
    status = {row["email"]: row["status"] for row in campaign.results().to_polars().to_dicts()}
    assert status == {IVAN: "refused", OLGA: "accepted"}
    assert_no_raw_utf8_header(old)


def test_a_campaign_from_such_an_address_sends_nothing_to_a_server_without_it(old: gp.Sink, tmp_path: Path) -> None:
    campaign = gp.Campaign(
        "c",
        template=gp.Template(subject="x", text="y"),
        recipients=[{"email": OLGA}],
        from_=IVAN,
        accounts=[old.account()],
        store=str(tmp_path / "c.db"),
    )
    campaign.run()
    assert [row["status"] for row in campaign.results().to_polars().to_dicts()] == ["refused"]
    assert not old.letters


def test_international_domains_alone_need_nothing(old: gp.Sink) -> None:
    with gp.Mailer(old.account()) as mailer:
        assert mailer.send(letter(from_="anna@пример.рф", to="olga@пример.рф", reply_to="Иван <ivan@пример.рф>")).ok
    [received] = old.letters
    assert received.envelope.to == ["olga@xn--e1afmkfd.xn--p1ai"]
    assert_no_raw_utf8_header(old)


def test_a_server_that_offers_it_is_told_only_where_it_is_needed(sink: gp.Sink) -> None:
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(letter())
        mailer.send(letter(), to=[IVAN])
    assert ["SMTPUTF8" in one.envelope.mail_params for one in sink.wait(2)] == [False, True]

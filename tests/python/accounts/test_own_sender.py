"""The account's own address in place of another sender's, and its name where a letter brings none."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

import gatepost as gp

PLAIN = {"to": "olga@example.com", "subject": "Тема", "text": "тело"}


def account(sink: gp.Sink, **options: object) -> gp.Account:
    return gp.Account(sink.url, **{"sender": "Новости <news@example.com>", "only_sender": "replace", **options})  # type: ignore[arg-type]


def test_another_sender_is_replaced_and_gets_the_answers(sink: gp.Sink) -> None:
    result = gp.send(account(sink), from_="Иван <ivan@other.example>", **PLAIN)  # type: ignore[arg-type]
    letter = sink.letters[0]
    assert letter.envelope.from_ == "news@example.com"
    assert letter.message.from_ == "Иван <news@example.com>"
    assert letter.message.reply_to == ["Иван <ivan@other.example>"]
    assert letter.message.subject == "Тема" and letter.message.text == "тело"
    assert result.replaced_sender == "ivan@other.example"


def test_a_sender_without_a_name_is_replaced_by_the_account_with_its_name(sink: gp.Sink) -> None:
    gp.send(account(sink), from_="ivan@other.example", **PLAIN)  # type: ignore[arg-type]
    assert sink.letters[0].message.from_ == "Новости <news@example.com>"


def test_a_reply_to_of_the_letter_stays_and_no_other_sender_shows(sink: gp.Sink) -> None:
    gp.send(
        account(sink), from_="ivan@other.example", reply_to="desk@other.example", sender="boss@other.example", **PLAIN
    )  # type: ignore[arg-type]
    letter = sink.letters[0].message
    assert letter.reply_to == ["desk@other.example"]
    assert letter.sender is None and "boss" not in letter.headers.get("From", "")


def test_the_accounts_own_address_is_left_alone(sink: gp.Sink) -> None:
    result = gp.send(account(sink), from_="Другое имя <NEWS@example.com>", **PLAIN)  # type: ignore[arg-type]
    assert sink.letters[0].message.from_ == "Другое имя <NEWS@example.com>"
    assert result.replaced_sender == ""


def test_the_accounts_name_is_used_where_the_letter_brings_none(sink: gp.Sink) -> None:
    for from_ in ("news@example.com", "Я сам <news@example.com>"):
        gp.send(account(sink, only_sender=False), from_=from_, **PLAIN)  # type: ignore[arg-type]
    assert [one.message.from_ for one in sink.letters] == ["Новости <news@example.com>", "Я сам <news@example.com>"]


def test_letters_of_the_standard_library_and_raw_bytes_are_replaced_too(sink: gp.Sink) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Иван <ivan@other.example>", "olga@example.com", "Тема"
    message.set_content("тело")
    folded = b"Subject: x\r\nFROM: Very\r\n Long <ivan@other.example>\r\nTo: olga@example.com\r\n\r\nFrom: body\r\n"
    with gp.Mailer(account(sink)) as mailer:
        assert mailer.send(gp.Message.from_email(message)).replaced_sender == "ivan@other.example"
        raw = mailer.send(folded, from_="ivan@other.example", to="olga@example.com")
        assert raw.replaced_sender == "ivan@other.example"
        bare = mailer.send(b"Subject: x\r\n\r\nbody\r\n", from_="ivan@other.example", to="olga@example.com")
        assert bare.replaced_sender
    first, second, third = sink.letters
    assert first.message.from_ == "Иван <news@example.com>"
    assert second.raw.count(b"news@example.com") == 1 and second.raw.endswith(b"\r\n\r\nFrom: body\r\n")
    assert second.message.reply_to[0].address == "ivan@other.example"
    assert third.message.from_.address == "news@example.com"
    assert {one.envelope.from_ for one in sink.letters} == {"news@example.com"}


def test_a_received_letter_whose_from_is_no_address_goes_out_from_the_account(sink: gp.Sink) -> None:
    raw = b"From: \xff nobody\r\nTo: olga@example.com\r\nSubject: x\r\n\r\nbody\r\n"
    with gp.Mailer(account(sink)) as mailer:
        mailer.send(gp.Message.parse(raw), from_="ivan@other.example")
    [letter] = sink.letters
    assert letter.message.from_.address == "news@example.com" and letter.message.reply_to == []


def test_the_replaced_letter_is_signed_for_the_account(sink: gp.Sink) -> None:
    signer = gp.DkimSigner("example.com", "s1", gp.DkimKey.generate("ed25519"))
    gp.send(account(sink, dkim=[signer]), from_="ivan@other.example", **PLAIN)  # type: ignore[arg-type]
    assert "d=example.com" in sink.letters[0].message.headers["DKIM-Signature"]


def test_a_campaign_replaces_too(sink: gp.Sink, tmp_path: Path) -> None:
    campaign = gp.Campaign(
        "october", template=gp.Template(subject="x", text="y"), recipients=[{"email": "olga@example.com"}],
        from_="Иван <ivan@other.example>", accounts=[account(sink)], store=tmp_path / "c.db",
    )  # fmt: skip
    campaign.run(progress=False)
    [letter] = sink.letters
    assert letter.message.from_ == "Иван <news@example.com>"
    assert letter.message.reply_to == ["Иван <ivan@other.example>"]
    assert letter.envelope.from_ == "news@example.com"


def test_replacing_needs_an_address_to_put_there() -> None:
    with pytest.raises(gp.InputError, match="only_sender needs a sender"):
        gp.Account("smtp://mx.example.com", only_sender="replace")

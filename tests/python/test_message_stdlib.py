"""Letters of the standard library's `email`, new and old, as letters of ours."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.message import Message as OldMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

import pytest

import gatepost as gp


def old(subject: str | Header = "Hello", body: str = "body", **headers: Any) -> MIMEText:
    message = MIMEText(body, "plain", "us-ascii" if body.isascii() else "utf-8")
    message["From"] = "shop@example.com"
    message["To"] = "olga@example.com"
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def header_of(raw: bytes) -> list[bytes]:
    """The names of its headers."""
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return [line.partition(b":")[0].lower() for line in lines if line[:1] not in b" \t"]


@pytest.mark.parametrize(
    "bad",
    [
        "a\nReply-To: evil@x.ru",
        "a\r\nBcc: evil@x.ru",
        "a\r\n\r\n<b>body</b>",
        "a\rBcc: evil@x.ru",
        "a\n \nX: y",
        "a\0b",
    ],
)
@pytest.mark.parametrize("name", ["Subject", "To", "X-Tag", "List-Id"])
def test_a_header_of_an_old_message_with_a_line_end_in_it_is_refused(name: str, bad: str) -> None:
    message = old()
    del message[name]
    message[name] = bad
    with pytest.raises(gp.InputError, match=rf"message: {name}: "):
        gp.Message.from_email(message)


def test_a_header_name_with_a_line_end_in_it_is_refused() -> None:
    with pytest.raises(gp.InputError, match="not a header name"):
        gp.Message.from_email(old(**{"X-A\r\nBcc": "evil@example.com"}))


def test_a_line_end_in_a_header_of_a_part_is_refused() -> None:
    message = MIMEMultipart()
    message["From"] = "shop@example.com"
    file = MIMEApplication(b"x")
    file.add_header("Content-Disposition", "attachment; filename=a\r\nX: y")
    message.attach(file)
    with pytest.raises(gp.InputError, match="message: Content-Disposition: "):
        gp.Message.from_email(message)


def test_a_line_end_within_an_encoded_word_of_a_new_message_is_refused() -> None:
    message = EmailMessage()
    message["From"] = "shop@example.com"
    message["Subject"] = "=?utf-8?q?a=0D=0ABcc:_evil@x.ru?="
    with pytest.raises(gp.InputError, match="message: Subject: "):
        gp.Message.from_email(message)


def test_a_folded_header_stays_one_header() -> None:
    ours = gp.Message.from_email(old("a\r\n b\n\tc\n \n d"))
    assert b"\r\nSubject: a\r\n b\r\n\tc\r\n d\r\n" in bytes(ours)


def test_a_nul_in_a_body_is_refused() -> None:
    with pytest.raises(gp.InputError, match="NUL"):
        gp.Message.from_email(old(body="a\0b"))


@pytest.mark.parametrize("subject", ["Привет, " * 20 + "Ольга", Header("Привет, " * 20 + "Ольга", "utf-8")])
def test_an_old_message_with_cyrillic_says_the_same_as_one_of_ours(subject: str | Header) -> None:
    message = old(subject, "Тело\n")
    del message["From"], message["To"]
    message["From"] = "Иван <ivan@пример.рф>"
    message["To"] = '"Петрова, Ольга" <olga@пример.рф>, p@example.com'
    ours = gp.Message.from_email(message)
    assert bytes(ours).isascii()
    assert (ours.subject, ours.text) == ("Привет, " * 20 + "Ольга", "Тело\n")
    assert (ours.from_.name, ours.from_.address) == ("Иван", "ivan@xn--e1afmkfd.xn--p1ai")
    assert [(one.name, one.address) for one in ours.to] == [
        ("Петрова, Ольга", "olga@xn--e1afmkfd.xn--p1ai"),
        ("", "p@example.com"),
    ]


def test_an_old_message_with_parts_keeps_its_file() -> None:
    message = MIMEMultipart()
    message["From"] = Header("Иван <ivan@example.com>", "utf-8")
    message.attach(MIMEText("Тело\n", "plain", "utf-8"))
    file = MIMEApplication(b"%PDF")
    file.add_header("Content-Disposition", "attachment", filename="Счёт.pdf")
    message.attach(file)
    ours = gp.Message.from_email(message)
    assert ours.from_ == "Иван <ivan@example.com>" and ours.text == "Тело\n"
    assert [(one.name, one.data) for one in ours.attachments] == [("Счёт.pdf", b"%PDF")]


def test_a_body_without_a_charset_is_refused_with_advice() -> None:
    message = OldMessage()
    message["From"] = "shop@example.com"
    message.set_payload("Тело")
    with pytest.raises(gp.InputError, match="no charset"):
        gp.Message.from_email(message)


@pytest.mark.parametrize("body", ["a" * 3000, "Тело " * 300], ids=["ascii", "8bit"])
def test_a_body_with_long_lines_is_encoded(body: str) -> None:
    raw = (
        b"From: shop@example.com\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n" + body.encode("koi8-r") + b"\r\n"
    )
    for kind in (policy.compat32, policy.default):
        ours = gp.Message.from_email(message_from_bytes(raw, policy=kind))
        assert ours.text == body + "\n"
        assert max(map(len, bytes(ours).split(b"\r\n"))) <= 998


def test_an_8bit_body_becomes_one_that_every_server_takes() -> None:
    message = EmailMessage()
    message["From"] = "shop@example.com"
    message.set_content("Тело\n", cte="8bit")
    ours = gp.Message.from_email(message)
    assert bytes(ours).isascii() and ours.text == "Тело\n"
    assert message["Content-Transfer-Encoding"] == "8bit"


def test_a_word_too_long_for_a_line_is_refused() -> None:
    with pytest.raises(gp.InputError, match="998"):
        gp.Message.from_email(old(X_Tag="a" * 1200))


def test_a_long_list_of_addresses_is_folded() -> None:
    people = [f"user{i}@example.com" for i in range(100)]
    ours = gp.Message.from_email(old(Cc=", ".join(people)))
    assert ours.cc == people and max(map(len, bytes(ours).split(b"\r\n"))) <= 78


def test_blind_copies_and_resent_ones_stand_in_no_header() -> None:
    ours = gp.Message.from_email(old(Bcc="Тайна <secret@example.com>", Resent_Bcc="other@example.com"))
    assert ours.recipients == ["olga@example.com", "secret@example.com"]
    assert not {b"bcc", b"resent-bcc"} & set(header_of(bytes(ours)))


DAMAGED = [
    b"From: a@b.ru\r\nTo: Group: x@y.ru, z;\r\n\r\nx",
    b"From: ;\r\n\r\nx",
    b"From: Group:;\r\n\r\nx",
    b"From: =?utf-8?q?=0D=0A?= <a@b.ru>\r\n\r\nx",
    b"From: a@b.ru\r\nSubject: \xcf\xf0\xe8\xe2\xe5\xf2\r\n\r\nx",
    b"From: a@b.ru\r\nSubject: a\x0cBcc: evil@x.ru\r\n\r\nx",
    b'From: a@b.ru\r\nTo: "\\\r\n\r\nx',
    b"From: a@b.ru\r\nContent-Type: multipart/mixed\r\n\r\n\xff",
    b"From: a@b.ru\r\nContent-Type: text/plain; charset=none\r\nContent-Transfer-Encoding: ?\r\n\r\n\xff",
    b"From: a@b.ru\r\nContent-Disposition: attachment; filename*=x'%0D%0AX: y\r\n\r\nx",
]


@pytest.mark.parametrize("raw", DAMAGED)
@pytest.mark.parametrize("kind", [policy.compat32, policy.default], ids=["old", "new"])
def test_a_damaged_message_becomes_a_letter_or_an_input_error(raw: bytes, kind: Any) -> None:
    message = message_from_bytes(raw, policy=kind)
    try:
        sent = bytes(gp.Message.from_email(message))
    except gp.InputError:
        return
    names = {name.lower().encode("ascii", "surrogateescape") for name in message}
    assert set(header_of(sent)) <= names | {
        b"date",
        b"message-id",
        b"to",
        b"mime-version",
        b"content-transfer-encoding",
    }


def test_letters_nested_deeper_than_the_standard_library_can_read_are_refused_as_input() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"Subject: innermost\r\n\r\n"
    with pytest.raises(gp.InputError, match="nested deeper"):
        gp.Message.parse(raw).to_email()

"""What the standard library's documentation teaches to write works, or is refused with a hint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.header import Header
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.utils import format_datetime, formataddr, formatdate, getaddresses, localtime, make_msgid, parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import gatepost as gp
from letters import by_stdlib, header_lines, letter

NAMES = ["Иван", "Иванов, Пётр", "Ж" * 60, 'Пётр "Первый" <царь>', "Jörg", "Петров; Иван: сын", "Иван (директор)", "😀"]


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["from_", "sender", "to", "cc", "bcc", "reply_to"])
@pytest.mark.parametrize("name", [*NAMES, "Petrov, Ivan", "J. Q. Public", "a" * 100])
def test_what_formataddr_writes_is_read_as_it_was_meant(field: str, name: str) -> None:
    for charset in ("utf-8", "utf-16"):
        found = getattr(letter(**{field: formataddr((name, "p@example.com"), charset)}), field)
        one = found[0] if isinstance(found, list) else found
        assert (one.name, one.address) == (name, "p@example.com")


@pytest.mark.parametrize("name", NAMES)
def test_a_list_that_formataddr_wrote_is_read(name: str) -> None:
    people = [(name, "p@example.com"), ("Petrov, I.", "q@example.com"), ("", "r@example.com")]
    for given in (", ".join(map(formataddr, people)), list(map(formataddr, people)), people):
        found = letter(to=given).to
        assert [(one.name, one.address) for one in found] == people
        assert getaddresses([str(by_stdlib(letter(to=given))["To"])])[1:] == people[1:]


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "windows-1251", "iso-8859-5"])
@pytest.mark.parametrize("text", ["Иван", "Привет, Ольга! " * 12])
def test_what_a_header_encodes_is_decoded_in_names_and_subjects(text: str, charset: str) -> None:
    encoded = Header(text, charset).encode()
    message = letter(
        subject=encoded,
        to=[(encoded, "p@example.com"), f"{encoded} <q@example.com>"],
        cc=gp.Group(encoded, "c@example.com"),
        attachments=[(encoded, b"x")],
        headers={"X-Tag": encoded, "Resent-To": f"{encoded} <r@example.com>"},
    )
    text = text.rstrip() if charset == "koi8-r" else text
    read = gp.Message.parse(bytes(message))
    assert message.subject.rstrip() == read.subject.rstrip() == text.rstrip()
    assert {one.name.rstrip() for one in message.to} == {text.rstrip()}
    assert [one.name.rstrip() for one in message.attachments] == [text.rstrip()]
    assert read.headers["X-Tag"].rstrip() == text.rstrip()
    assert getaddresses([read.headers["Resent-To"]])[-1][1] == "r@example.com"
    assert b"=3D=3F" not in bytes(message)


@pytest.mark.parametrize("name", NAMES)
def test_header_objects_are_taken_where_text_is(name: str) -> None:
    header = Header(name, "utf-8")
    message = letter(
        subject=header, from_=(header, "ivan@example.com"), headers={"X-Tag": header}, references=Header("<a@b>")
    )
    assert message.subject == message.from_.name == message.headers["X-Tag"] == name
    assert message.references == ["a@b"]
    assert letter(to=Header("Иван <p@example.com>, q@example.com", "utf-8")).to == [
        "Иван <p@example.com>",
        "q@example.com",
    ]


def test_a_header_of_several_charsets_is_read_whole() -> None:
    header = Header("Hello ", "us-ascii")
    header.append("мир", "koi8-r")
    header.append("ñ", "latin-1")
    assert letter(subject=header).subject == letter(subject=header.encode()).subject == str(header)


@pytest.mark.parametrize("encoded", ["=?utf-8?q?a=0D=0ABcc:_evil@x.ru?=", "=?utf-8?b?YQpi?=", "=?utf-8?q?a=00b?="])
def test_a_control_within_an_encoded_word_is_refused(encoded: str) -> None:
    for fields in (
        {"subject": encoded},
        {"to": f"{encoded} <a@example.com>"},
        {"to": (encoded, "a@example.com")},
        {"headers": {"X-A": encoded}},
        {"attachments": (encoded, b"x")},
    ):
        with pytest.raises(gp.InputError):
            letter(**fields)


@pytest.mark.parametrize(
    "text", ["a\nBcc: evil@x.ru", "a\r\n b", "=?utf-8?q?a?=\nBcc: evil@x.ru", "=?utf-8?q?a?=\r\n\r\n"]
)
def test_a_line_end_that_is_no_fold_between_encoded_words_is_refused(text: str) -> None:
    with pytest.raises(gp.InputError, match="subject: "):
        letter(subject=text)


def test_an_address_within_an_encoded_word_is_refused_with_a_hint() -> None:
    for given in (Header("Иван <p@example.com>", "utf-8").encode(), "=?utf-8?q?p=40example.com?="):
        for field in ("from_", "to", "reply_to"):
            with pytest.raises(gp.InputError, match=rf"{field}: .*formataddr"):
                letter(**{field: given})


def test_addresses_and_groups_of_the_header_registry_are_taken() -> None:
    olga = Address("Петрова, Ольга", "olga", "пример.рф")
    message = letter(
        from_=Address("Pepé Le Pew", "pepe", "example.com"),
        to=(olga, Address(addr_spec='"a b"@example.com')),
        cc=Group("Команда", [olga]),
        reply_to=[Group(None, (olga,)), "p@example.com"],  # type: ignore[arg-type]
    )
    assert (message.from_.name, message.from_.address) == ("Pepé Le Pew", "pepe@example.com")
    assert [one.name for one in message.to] == ["Петрова, Ольга", ""]
    assert [one.address for one in message.to] == ["olga@xn--e1afmkfd.xn--p1ai", '"a b"@example.com']
    assert by_stdlib(message)["Cc"].groups[0].display_name == "Команда"
    assert [one.address for one in message.reply_to] == ["olga@xn--e1afmkfd.xn--p1ai", "p@example.com"]


def test_headers_of_an_email_message_are_taken() -> None:
    theirs = EmailMessage()
    theirs["To"] = [Address("Петрова, Ольга", "olga", "example.com"), Address("", "p", "example.com")]
    theirs["Subject"] = "Привет"
    theirs["Message-ID"] = make_msgid(domain="example.com")
    theirs["Date"] = localtime()
    message = letter(to=theirs["To"], subject=theirs["Subject"], in_reply_to=theirs["Message-ID"], date=theirs["Date"])
    assert [(one.name, one.address) for one in message.to] == [
        ("Петрова, Ольга", "olga@example.com"),
        ("", "p@example.com"),
    ]
    assert message.subject == "Привет" and f"<{message.in_reply_to[0]}>" == theirs["Message-ID"]
    assert message.date == theirs["Date"].datetime.replace(microsecond=0)
    assert letter(to=parseaddr("Ольга <o@example.com>")).to == ["Ольга <o@example.com>"]


# --- attachments -------------------------------------------------------------------------------------------------


def test_a_mapping_of_attachments_is_of_names_to_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("счёт.pdf").write_bytes(b"on disk")
    given = {
        "счёт.pdf": b"in memory",
        "копия.pdf": Path("счёт.pdf"),
        "ещё.pdf": "счёт.pdf",
        "d.csv": gp.Attachment(b"1;2", name="other.txt", type="text/csv"),
        "view.bin": memoryview(b"v"),
    }
    attached = letter(attachments=given).attachments
    assert [(one.name, one.data) for one in attached] == [
        ("счёт.pdf", b"in memory"),
        ("копия.pdf", b"on disk"),
        ("ещё.pdf", b"on disk"),
        ("d.csv", b"1;2"),
        ("view.bin", b"v"),
    ]
    assert [one.type for one in attached[:4]] == ["application/pdf"] * 3 + ["text/csv"]
    assert letter(attachments={}).attachments == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a.txt": "the text itself"}, r"attachments\['a.txt'\]: .*text\.encode\(\) makes content"),
        ({"a.txt": 5}, r"attachments\['a.txt'\]: attachment takes a path or bytes, not 5"),
        ({"": b"x"}, r"attachments\[''\]: bytes need a name"),
        ({5: b"x"}, r"attachments\[5\] takes a str, not 5"),
        ({"a/b": b"x"}, r"attachments\[0\]: name: .*path separator"),
        (MIMEApplication(b"x"), r"attachments: .*get_payload\(decode=True\)"),
        ([EmailMessage()], r"attachments\[0\]: .*as_bytes\(\)"),
    ],
)
def test_a_wrong_attachment_is_refused_with_a_hint(given: Any, said: str) -> None:
    with pytest.raises(gp.InputError, match=said):
        letter(attachments=given)


# --- threads -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "ids"),
    [
        ("<a@b> <c@d>", ["a@b", "c@d"]),
        ("<a@b><c@d>", ["a@b", "c@d"]),
        ("<a@b>\r\n <c@d>\r\n\t<e@f>", ["a@b", "c@d", "e@f"]),
        ("<a@b>\n <c@d>", ["a@b", "c@d"]),
        ("<a@b>\t<c@d>", ["a@b", "c@d"]),
        ("<a@b>, <c@d>,", ["a@b", "c@d"]),
        ("(the first (of all) \\) one) <a@b> (see <x@y>) <c@d>", ["a@b", "c@d"]),
        ("Your letter of Monday <a@b>", ["a@b"]),
        ("< a@b > c@d", ["a@b", "c@d"]),
        ("<a@[192.0.2.1]>", ["a@[192.0.2.1]"]),
        ("a@b c@d", ["a@b", "c@d"]),
        (["<a@b> <c@d>", "e@f", "<g@h>\r\n <i@j>"], ["a@b", "c@d", "e@f", "g@h", "i@j"]),
        (("<a(x)@b>",), ["a(x)@b"]),
        (" ", []),
        ("<>", []),
    ],
)
def test_references_in_any_legal_form_are_read(given: Any, ids: list[str]) -> None:
    message = letter(references=given, in_reply_to=given)
    assert message.references == message.in_reply_to == ids
    assert max(map(len, bytes(message).split(b"\r\n"))) <= 78


@pytest.mark.parametrize("given", ["<a@b>\n", "<a@b>\r\nBcc: x@y.ru", "<a@b\r\n>", "<a\x00@b>", "<a>", "<a@b c@d>", 5])
def test_references_that_are_none_are_refused_by_name(given: Any) -> None:
    with pytest.raises(gp.InputError, match=r"^references"):
        letter(references=given)


# --- phrases -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        ("Новости магазина <news.example.com>", "Новости магазина <news.example.com>"),
        ('"Новости, главное" <news.example.com>', "Новости, главное <news.example.com>"),
        ("Ж" * 80 + " <news.example.com>", "Ж" * 80 + " <news.example.com>"),
        ("News of the shop <news.example.com>", "News of the shop <news.example.com>"),
        ("<news.example.com>", "<news.example.com>"),
        (Header("Новости", "utf-8").encode() + " <news.example.com>", "Новости <news.example.com>"),
    ],
)
def test_the_phrase_of_a_list_id_may_be_in_any_script(value: str, decoded: str) -> None:
    message = letter(headers={"List-Id": value})
    [line] = header_lines(message, "List-Id")
    assert line.isascii() and line.endswith("<news.example.com>")
    assert gp.Message.parse(bytes(message)).headers["List-Id"] == decoded


@pytest.mark.parametrize("value", ["Новости <новости.example.com>", "новости"])
def test_an_id_of_a_list_beyond_ascii_is_refused(value: str) -> None:
    with pytest.raises(gp.InputError, match=r"headers\['List-Id'\]: must be ASCII"):
        letter(headers={"List-Id": value})


@pytest.mark.parametrize(
    "typed", ["J. Q. Public <j@example.com>", "Ivan P. Petrov <j@example.com>", "A.B <j@example.com>"]
)
def test_a_name_with_dots_needs_no_quotes(typed: str) -> None:
    assert letter(to=typed).to[0].name == typed.partition(" <")[0]


# --- local parts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["from_", "to", "cc", "bcc", "reply_to", "sender"])
def test_a_local_part_over_64_octets_is_sent_with_a_warning(field: str) -> None:
    message = letter(**{field: f"{'a' * 65}@example.com"})
    [warning] = message.warnings
    assert "65 octets" in warning and warning.startswith(field.rstrip("_"))
    assert letter(**{field: f"{'a' * 64}@example.com"}).warnings == []


def test_a_letter_with_a_long_local_part_arrives(sink: gp.Sink) -> None:
    address = f"{'ab.' * 30}c@example.com"
    with gp.Mailer(sink.account()) as mailer:
        assert mailer.send(letter(to=address)).ok
    assert sink.wait(1)[0].envelope.to == [address]


@pytest.mark.parametrize("local", [".ivan", "ivan.", "iv..an", "..", "."])
def test_dots_that_need_quotes_are_refused_with_a_hint(local: str) -> None:
    with pytest.raises(gp.InputError, match=r"dot.*quotes"):
        letter(to=f"{local}@example.com")
    assert letter(to=f'"{local}"@example.com').to == [f'"{local}"@example.com']


# --- the date ----------------------------------------------------------------------------------------------------

MOMENT = datetime(2025, 11, 22, 5, 27, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        (MOMENT, "Sat, 22 Nov 2025 05:27:37 +0000"),
        (MOMENT.timestamp(), "Sat, 22 Nov 2025 05:27:37 +0000"),
        (MOMENT.astimezone(ZoneInfo("Europe/Moscow")), "Sat, 22 Nov 2025 08:27:37 +0300"),
        (MOMENT.astimezone(ZoneInfo("America/St_Johns")), "Sat, 22 Nov 2025 01:57:37 -0330"),
        (MOMENT.astimezone(timezone(timedelta(hours=14))), "Sat, 22 Nov 2025 19:27:37 +1400"),
        (MOMENT.astimezone(timezone(timedelta(hours=-12))), "Fri, 21 Nov 2025 17:27:37 -1200"),
        (MOMENT.astimezone(timezone(timedelta(hours=2, seconds=30))), "Sat, 22 Nov 2025 07:27:37 +0200"),
        ("Sat, 22 Nov 2025 08:27:37 +0300", "Sat, 22 Nov 2025 08:27:37 +0300"),
        ("22 Nov 2025 05:27:37 -0000", "Sat, 22 Nov 2025 05:27:37 -0000"),
        ("22 Nov 2025 05:27:37 GMT", "Sat, 22 Nov 2025 05:27:37 +0000"),
        ("Sat, 22 Nov 2025 00:27:37 EST", "Sat, 22 Nov 2025 00:27:37 -0500"),
        ("22 Nov 25 08:27:37 +0300 (MSK)", "Sat, 22 Nov 2025 08:27:37 +0300"),
    ],
)
def test_the_date_keeps_its_zone(date: Any, shown: str) -> None:
    message = letter(date=date)
    assert header_lines(message, "Date") == [shown]
    assert message.date == MOMENT == gp.Message.parse(bytes(message)).date


def test_a_date_without_a_zone_is_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        assert header_lines(letter(date=datetime(2025, 11, 22, 10, 57, 37)), "Date") == [
            "Sat, 22 Nov 2025 10:57:37 +0530"
        ]
        assert header_lines(letter(date=formatdate(MOMENT.timestamp(), localtime=True)), "Date") == [
            "Sat, 22 Nov 2025 10:57:37 +0530"
        ]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert header_lines(letter(date=format_datetime(MOMENT)), "Date") == ["Sat, 22 Nov 2025 05:27:37 +0000"]


@pytest.mark.parametrize("date", ["", "yesterday", "2025-11-22T05:27:37Z", "Sat, 31 Feb 2025 05:27:37 +0000", "1 2 3"])
def test_a_text_that_is_no_date_is_refused_with_a_hint(date: str) -> None:
    with pytest.raises(gp.InputError, match=r"date takes a datetime .*RFC 5322"):
        letter(date=date)

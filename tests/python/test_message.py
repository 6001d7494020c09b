"""Letters both ways, with the standard library's `email` as the judge."""

from __future__ import annotations

import email
import pickle
import re
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr, unquote
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import gatepost as gp

SCRIPTS = (
    "абвгдеёжзъыьэюяАБВЖЯ ,.\"'()<>@;:\\-_=?!№ abcXYZ0189 äöüßéñ "
    "ελληνικά עברית العربية 漢字仮名한글 😀🎉👩‍🚀 \u0301\u200d"
)
LINE = st.text(st.sampled_from(SCRIPTS), max_size=300)
BODY = st.text(st.sampled_from(SCRIPTS + "\n\n\n\t.\r\x0c"), max_size=2000)
SHREDS = [
    *(
        "From: ",
        "Subject:",
        "Content-Type: multipart/mixed; boundary=",
        "Content-Type: text/html",
        "a",
        '"',
        "\r\n",
        "\n",
    ),
    *("--a", "--", "=?utf-8?B?", "0J8=", "?=", "=?koi8-r?q?=F0", "Content-Transfer-Encoding: base64", "\x00", "<", ">"),
    *("(", ")", ";", ",", ":", "@", " ", "Ж", "filename*0*=", "utf-8''%D0", "; charset=utf-7", "+BB8-"),
]
FILE_NAME = st.text(st.sampled_from(SCRIPTS.replace("\\", "")), min_size=1, max_size=150)


def letter(**fields: object) -> gp.Message:
    return gp.Message(**{"from_": "ivan@example.com", "to": "olga@example.com", **fields})  # type: ignore[arg-type]


def by_stdlib(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.default)


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def payload(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return lines(data.decode())


def check_form(raw: bytes) -> None:
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()
    for word in re.findall(rb"=\?utf-8\?[BQ]\?[^?\s]*\?=", raw):
        assert len(word) <= 75
        inner = decode_header(word.decode())[0][0]
        assert isinstance(inner, bytes)
        inner.decode()  # no character is cut


# --- against the standard library --------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(subject=LINE)
def test_any_subject_is_read_the_same_by_email_and_by_us(subject: str) -> None:
    raw = bytes(letter(subject=subject))
    check_form(raw)
    assert gp.Message.parse(raw).subject == subject
    assert by_stdlib(raw)["Subject"] == subject


@settings(max_examples=300, deadline=None)
@given(name=LINE)
def test_any_display_name_is_read_the_same_by_email_and_by_us(name: str) -> None:
    raw = bytes(letter(from_=(name, "ivan@example.com"), to=[("Ольга", "olga@example.com"), (name, "b@example.com")]))
    check_form(raw)
    parsed = gp.Message.parse(raw)
    assert (parsed.from_.name, parsed.from_.address) == (name, "ivan@example.com")
    assert [one.name for one in parsed.to] == ["Ольга", name]
    # policy.default of Python 3.11 puts a space between the encoded-words of a name; the older reader does not.
    theirs, address = parseaddr(email.message_from_bytes(raw)["From"])
    assert address == "ivan@example.com"
    assert str(make_header(decode_header(theirs))).split() == name.split()


@example(text="", html="", name='ß";', data=b"")  # GMime splits the decoded name
@settings(max_examples=300, deadline=None)
@given(text=BODY, html=BODY, name=FILE_NAME, data=st.binary(max_size=500))
def test_any_bodies_and_attachment_are_read_the_same_by_email_and_by_us(
    text: str, html: str, name: str, data: bytes
) -> None:
    attachment = gp.Attachment(data, name=name, type="application/x-test")
    raw = bytes(letter(text=text, html=html, inline={"pic": b"\x89PNG"}, attachments=[attachment]))
    check_form(raw)
    parsed = gp.Message.parse(raw)
    assert (parsed.text, parsed.html) == (lines(text), lines(html))
    assert [(a.name, a.type, a.data) for a in parsed.attachments] == [(name, "application/x-test", data)]
    assert parsed.warnings == []
    theirs = by_stdlib(raw)
    assert payload(theirs.get_body(("plain",))) == lines(text)
    assert payload(theirs.get_body(("html",))) == lines(html)
    [theirs_attached] = list(theirs.iter_attachments())
    assert theirs_attached.get_payload(decode=True) == data
    assert theirs_attached["Content-Disposition"].params["filename"] == name
    assert [part.defects for part in theirs.walk()] == [[] for _ in theirs.walk()]


@settings(max_examples=200, deadline=None)
@given(text=BODY)
def test_a_text_alone_comes_back_but_for_a_last_line_end(text: str) -> None:
    raw = bytes(letter(text=text))
    check_form(raw)
    assert payload(by_stdlib(raw)).removesuffix("\n") == lines(text).removesuffix("\n")
    assert (gp.Message.parse(raw).text or "").removesuffix("\n") == lines(text).removesuffix("\n")


@example(subject="", name="", text="", file='""', data=b"", charset="utf-8")
@settings(max_examples=200, deadline=None)
@given(
    subject=LINE.map(lambda s: " ".join(s.split())),
    name=LINE.map(lambda s: " ".join(s.split())),
    text=st.text(st.sampled_from(SCRIPTS + "\n"), max_size=1000),
    file=FILE_NAME.map(lambda s: s.strip() or "x"),
    data=st.binary(max_size=300),
    charset=st.sampled_from(["utf-8", "base64"]),
)
def test_letters_of_the_standard_library_are_read_as_it_reads_them(
    subject: str, name: str, text: str, file: str, data: bytes, charset: str
) -> None:
    message = EmailMessage()
    message["From"] = "ivan@example.com"
    message["Subject"] = subject
    message["X-Name"] = name
    message.set_content(text, cte="base64" if charset == "base64" else None)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=file)
    raw = message.as_bytes(policy=policy.SMTP)
    theirs = by_stdlib(raw)
    ours = gp.Message.parse(raw)
    assert ours.subject.strip() == str(theirs["Subject"]).strip()
    assert ours.text == payload(theirs.get_body(("plain",)))
    assert ours.attachments[0].data == data
    assert ours.attachments[0].name == file
    # get_filename() takes quotes and angle brackets off, those that belong to the name too: '""' comes out as "".
    assert next(theirs.iter_attachments()).get_filename() == unquote(file)


@settings(max_examples=500, deadline=None)
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    parsed = gp.Message.parse(raw)
    assert bytes(parsed) == raw
    assert isinstance(repr(parsed) + parsed._repr_html_(), str)


@settings(max_examples=500, deadline=None)
@given(
    raw=st.lists(
        st.sampled_from(SHREDS),
        max_size=60,
    ).map(lambda parts: "".join(parts).encode())
)
def test_letters_of_shreds_are_read_without_an_error(raw: bytes) -> None:
    assert bytes(gp.Message.parse(raw)) == raw


# --- form --------------------------------------------------------------------------------------------------------


def test_header_lines_of_ordinary_letters_keep_within_78() -> None:
    message = letter(
        from_="Отдел рассылок и новостей большой компании <news@example.com>",
        to=[f"Получатель номер {i} <user{i}@example.com>" for i in range(50)],
        subject="Очень длинная тема письма, которая никак не помещается в одну строку, " * 5,
        headers={"X-Words": "plain words " * 40, "References": " ".join(f"<{i}@example.com>" for i in range(40))},
        attachments=[("Акт сверки взаимных расчётов за третий квартал.pdf", b"x")],
    )
    assert max(len(line) for line in bytes(message).split(b"\r\n")) <= 78
    assert by_stdlib(bytes(message))["X-Words"].split() == ["plain", "words"] * 40


def test_idn_domain_is_sent_in_ascii_and_bcc_stands_in_no_header() -> None:
    message = letter(from_="Иван <ivan@пример.рф>", cc="c@x.ru", bcc=["Тайный <secret@x.ru>", "olga@example.com"])
    assert message.from_ == "Иван <ivan@xn--e1afmkfd.xn--p1ai>"
    assert message.envelope_from == "ivan@xn--e1afmkfd.xn--p1ai"
    assert message.recipients == ["olga@example.com", "c@x.ru", "secret@x.ru"]
    assert b"secret" not in bytes(message) and b"bcc" not in bytes(message).lower()


def test_blind_copies_alone_get_a_to_header_all_the_same() -> None:
    message = gp.Message(from_="a@x.ru", bcc="b@x.ru", text="x")
    assert message.headers["To"] == "undisclosed-recipients:;"
    assert message.recipients == ["b@x.ru"]


def test_local_part_beyond_ascii_is_written_as_it_is() -> None:
    message = letter(to="Иван <иван@пример.рф>")
    assert "<иван@xn--e1afmkfd.xn--p1ai>".encode() in bytes(message)
    assert gp.Message.parse(bytes(message)).to == ["Иван <иван@xn--e1afmkfd.xn--p1ai>"]


def test_sender_is_the_envelopes_address_and_a_header() -> None:
    message = letter(sender="robot@example.com")
    assert message.envelope_from == "robot@example.com"
    assert message.headers["Sender"] == "robot@example.com"


def test_bytes_stay_the_same_and_letters_differ() -> None:
    message = letter()
    assert bytes(message) == bytes(message)
    assert message.message_id != letter().message_id
    assert f"<{message.message_id}>".encode() in bytes(message)


def test_given_date_and_message_id_are_used() -> None:
    at = datetime(2025, 11, 22, 5, 27, 37, tzinfo=UTC)
    message = letter(date=at, message_id="<1@example.com>")
    assert message.headers["Date"] == "Sat, 22 Nov 2025 05:27:37 +0000"
    assert message.headers["Message-ID"] == "<1@example.com>"
    assert message.date == at
    assert gp.Message.parse(bytes(message)).date == at


def test_ids_and_unsubscribe_are_headers_and_properties() -> None:
    message = letter(campaign_id="october", letter_id="42", list_unsubscribe="https://x.ru/u?id=1")
    assert (message.campaign_id, message.letter_id) == ("october", "42")
    assert message.list_unsubscribe == "https://x.ru/u?id=1"
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_headers_are_found_whatever_the_case_and_keep_repetitions() -> None:
    headers = letter(headers=[("X-Tag", "один"), ("x-tag", "два")]).headers
    assert headers["X-TAG"] == "один"
    assert headers.get_all("x-tag") == ["один", "два"]
    assert headers.get("absent") is None and "absent" not in headers
    assert list(headers).count("X-Tag") == 1 and len(headers) == len(list(headers))


# --- refusals ----------------------------------------------------------------------------------------------------

EVIL = "x\r\nBcc: victim@example.com"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"subject": EVIL}, "subject: byte 1 is a carriage return"),
        ({"subject": "a\x00b"}, "subject: byte 1 is a NUL"),
        ({"from_": f"{EVIL} <a@x.ru>"}, "from_: "),
        ({"from_": (EVIL, "a@x.ru")}, "from.name: "),
        ({"to": ["a@x.ru", EVIL]}, r"to\[1\]: "),
        ({"cc": EVIL}, "cc: "),
        ({"bcc": EVIL}, "bcc: "),
        ({"reply_to": EVIL}, "reply_to: "),
        ({"sender": EVIL}, "sender: "),
        ({"headers": {"X-Tag": EVIL}}, r"headers\['X-Tag'\]: byte 1"),
        ({"headers": {EVIL: "v"}}, "headers"),
        ({"headers": {"Bcc": "a@x.ru"}}, "Bcc"),
        ({"headers": {"content-type": "text/html"}}, "content-type"),
        ({"headers": {"X-Tag": 5}}, r"headers\['X-Tag'\] takes a str, not 5"),
        ({"message_id": f"a@b{EVIL}"}, "message_id: "),
        ({"campaign_id": "октябрь"}, "campaign_id: 'октябрь'"),
        ({"letter_id": "a b"}, "letter_id: 'a b'"),
        ({"list_unsubscribe": "https://x\n"}, "list_unsubscribe: "),
        ({"attachments": [("a\nb", b"")]}, r"attachments\[0\]: name: byte 1 is a line feed"),
        ({"attachments": [gp.Attachment(b"", name="a", type="x\r\ny/z")]}, r"attachments\[0\]: type: "),
        ({"inline": {"a b": b""}}, r"inline\['a b'\]: content_id: "),
        ({"to": "ivan@b..c"}, "to: 'ivan@b..c': domain label 2: is empty"),
        ({"from_": ""}, "from_: address: is empty"),
        ({"subject": "half \ud83d"}, "subject: character 5 is an unpaired surrogate"),
        ({"text": b"bytes"}, "text takes a str, not b'bytes'"),
        ({"date": 1e18}, "date"),
        ({"date": "today"}, "date takes a datetime or Unix seconds, not 'today'"),
        ({"to": 5}, "to takes an address or a list of them, not 5"),
    ],
)
def test_what_would_break_the_letter_is_refused_by_place(fields: dict[str, object], place: str) -> None:
    with pytest.raises(gp.InputError, match=place):
        letter(**fields)


def test_missing_attachment_is_named(tmp_path: Path) -> None:
    with pytest.raises(gp.InputError, match=r"attachments\[0\].*нет\.pdf.*No such file"):
        letter(attachments=[tmp_path / "нет.pdf"])
    with pytest.raises(gp.InputError, match=r"inline\['logo'\].*Is a directory"):
        letter(inline={"logo": tmp_path})


# --- attachments -------------------------------------------------------------------------------------------------


def test_attachment_from_a_file_takes_its_name_and_type(tmp_path: Path) -> None:
    path = tmp_path / "счёт.pdf"
    path.write_bytes(b"%PDF")
    [attached] = letter(attachments=str(path)).attachments
    assert (attached.name, attached.type, attached.data) == ("счёт.pdf", "application/pdf", b"%PDF")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.csv", b"", "text/csv"),
        ("a.tar.gz", b"", "application/gzip"),
        ("", b"\x89PNG\r\n", "image/png"),
        ("", b"RIFF0000WEBP", "image/webp"),
        ("noidea", b"?", "application/octet-stream"),
    ],
)
def test_type_is_guessed_from_name_then_content(name: str, data: bytes, kind: str) -> None:
    assert gp.Attachment(data, name=name).type == kind


def test_one_attachment_is_encoded_once_for_all_letters() -> None:
    shared = gp.Attachment(b"data", name="a.bin")
    assert shared.part() is shared.part()
    assert letter(attachments=[shared]).attachments[0] is shared


# --- beside the standard library ---------------------------------------------------------------------------------


def test_to_email_gives_an_email_message() -> None:
    message = letter(subject="Счёт", text="Тело\n").to_email()
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Счёт" and lines(message.get_content()) == "Тело\n"


def test_from_email_keeps_the_letter_and_moves_bcc_to_the_envelope() -> None:
    message = EmailMessage()
    message["From"] = "Иван <ivan@example.com>"
    message["To"] = "olga@example.com"
    message["Bcc"] = "secret@example.com"
    message["Subject"] = "Счёт"
    message.set_content("Тело\n")
    ours = gp.Message.from_email(message)
    assert (ours.subject, ours.text) == ("Счёт", "Тело\n")
    assert ours.recipients == ["olga@example.com", "secret@example.com"]
    assert b"secret" not in bytes(ours)
    assert ours.message_id.endswith("@example.com") and ours.date is not None
    assert message["Bcc"] == "secret@example.com" and "Message-ID" not in message


def test_from_email_without_from_is_refused() -> None:
    with pytest.raises(gp.InputError, match="From"):
        gp.Message.from_email(EmailMessage())


# --- showing -----------------------------------------------------------------------------------------------------


def test_repr_tells_what_matters() -> None:
    text = repr(letter(subject="Счёт", attachments=[("a.txt", b"x")]))
    assert text.startswith("<Message 'Счёт' from ivan@example.com to olga@example.com, ")
    assert text.endswith("1 attached>")


def test_notebook_view_escapes_all_and_shuts_the_page_in() -> None:
    shown = letter(
        subject="<script>alert(1)</script>",
        html="<script>alert(2)</script>\"'><img src='cid:pic'>",
        inline={"pic": b"\x89PNG"},
    )._repr_html_()
    assert "<script" not in shown
    assert '<iframe sandbox=""' in shown and "default-src" in shown
    assert "data:image/png;base64,iVBORw==" in shown
    assert "<script" not in letter(text="<script>")._repr_html_()


def test_addresses_are_texts_with_parts_and_can_be_given_again() -> None:
    [one] = letter(to='"Petrov, \\"P\\" Ivan" <p@x.ru>').to
    assert (one.name, one.address) == ('Petrov, "P" Ivan', "p@x.ru")
    assert letter(to=[str(one)]).to == [one]
    assert pickle.loads(pickle.dumps(one)).address == "p@x.ru"
    assert dict(getaddresses([one])) == {'Petrov, "P" Ivan': "p@x.ru"}

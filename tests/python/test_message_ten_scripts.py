"""Letters in ten scripts, read back by the standard library's `email` and by us."""

from __future__ import annotations

import email
import re
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from letters_ten_scripts import Letter, letters, wire

import gatepost as gp

LETTERS = list(letters(400))


def body(part: EmailMessage | None) -> str:
    assert part is not None
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data.decode(part.get_content_charset() or "").replace("\r\n", "\n")


def names_by_stdlib(raw: bytes, header: str) -> list[tuple[str, str]]:
    """By the older reader: policy.default of Python 3.11 puts a space between the encoded-words of a name."""
    pairs = getaddresses(email.message_from_bytes(raw).get_all(header, []))
    return [(str(make_header(decode_header(name))), address) for name, address in pairs]


def on_the_wire(mailboxes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, wire(address)) for name, address in mailboxes]


@pytest.mark.parametrize("letter", LETTERS[::40], ids=lambda letter: f"{letter.script}-{letter.number}")
def test_the_same_seed_makes_the_same_letters(letter: Letter) -> None:
    assert list(letters(letter.number + 1))[-1] == letter


@pytest.mark.parametrize("script", dict.fromkeys(letter.script for letter in LETTERS))
def test_letters_of_a_script_are_read_the_same_by_email_and_by_us(script: str) -> None:
    for letter in (one for one in LETTERS if one.script == script):
        raw = bytes(gp.Message(**letter.fields()))
        by_email(raw, letter)
        by_us(raw, letter)
        form(raw)


def by_email(raw: bytes, letter: Letter) -> None:
    read = email.message_from_bytes(raw, policy=policy.default)
    assert read["Subject"] == letter.subject
    for header, mailboxes in (("From", [letter.from_]), ("To", letter.to), ("Cc", letter.cc)):
        assert names_by_stdlib(raw, header) == on_the_wire(mailboxes)
        addresses = [one.addr_spec for one in read[header].addresses] if header in read else []
        assert addresses == [address for _, address in on_the_wire(mailboxes)]
        names = [one.display_name for one in read[header].addresses] if header in read else []
        assert ["".join(name.split()) for name in names] == ["".join(name.split()) for name, _ in mailboxes]
    assert body(read.get_body(("plain",))) == letter.text
    assert body(read.get_body(("html",))) == letter.html
    files = [(file_name(part), part.get_content_type(), part.get_payload(decode=True)) for part in attached(read)]
    assert files == letter.files
    for part in attached(read):  # old clients know the name of RFC 2047 alone
        assert "".join(str(make_header(decode_header(old_name(part)))).split()) == "".join(file_name(part).split())
    assert [defect for part in read.walk() for defect in part.defects] == []
    defects = [
        defect for name in ("From", "To", "Cc", "Subject", "Date") if name in read for defect in read[name].defects
    ]
    assert defects == []


def attached(read: EmailMessage) -> list[EmailMessage]:
    return [part for part in read.iter_attachments() if isinstance(part, EmailMessage)]


def file_name(part: EmailMessage) -> str:
    """get_filename() takes quotes off that belong to the name."""
    return str(part["Content-Disposition"].params["filename"])


def old_name(part: EmailMessage) -> str:
    header = re.sub(r"\r?\n[ \t]", " ", next(value for name, value in part.raw_items() if name == "Content-Type"))
    quoted = re.search(r'\bname="((?:[^"\\]|\\.)*)"', header)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    plain = re.search(r"\bname=(\S+)", header)
    assert plain, header
    return plain[1]


def by_us(raw: bytes, letter: Letter) -> None:
    read = gp.Message.parse(raw)
    assert (read.subject, read.text, read.html) == (letter.subject, letter.text, letter.html)
    assert (read.from_.name, read.from_.address) == on_the_wire([letter.from_])[0]
    assert [(one.name, one.address) for one in read.to] == on_the_wire(letter.to)
    assert [(one.name, one.address) for one in read.cc] == on_the_wire(letter.cc)
    assert [(one.name, one.type, one.data) for one in read.attachments] == letter.files
    assert read.warnings == []


def form(raw: bytes) -> None:
    assert raw.isascii() and raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 78  # nothing in these letters asks for more
    for word in re.findall(rb"=\?utf-8\?[BQ]\?[^?\s]*\?=", raw):
        assert len(word) <= 75
        inner = decode_header(word.decode())[0][0]
        assert isinstance(inner, bytes)
        inner.decode()  # no character is cut
    structured = re.findall(rb"^(?:Message-ID|Date|MIME-Version|Content-ID|Content-Transfer-Encoding):.*", raw, re.M)
    assert not any(b"=?" in line for line in structured)
    for address in re.findall(rb"<[^>]*@[^>]*>", raw.partition(b"\r\n\r\n")[0]):
        assert b"=?" not in address

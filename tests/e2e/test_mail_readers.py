"""mailparser reads what we compose, and we read what nodemailer and Python's email compose: the same letters."""

from __future__ import annotations

import base64
import email
import sys
from collections.abc import Iterable
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

import gatepost as gp
from peers.node_letters import NodeLetters

sys.path.append(str(Path(__file__).resolve().parent.parent))

from letters_ten_scripts import Letter, letters, wire

COUNT = 200


@pytest.fixture(scope="module")
def node() -> NodeLetters:
    return NodeLetters()


def without_encoded_words(made: Iterable[Letter]) -> list[Letter]:
    """Text that looks like an encoded-word: nodemailer and Python's email write it as it is, we encode it."""
    return [letter for letter in made if "=?" not in repr(letter)]


def people(mailboxes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, wire(address)) for name, address in mailboxes]


def unix(text: str) -> str:
    """As a reader shows it: line ends of one kind, none at the end."""
    return text.replace("\r\n", "\n").rstrip("\n")


def check_read(told: gp.Message, letter: Letter) -> None:
    assert told.subject == letter.subject
    assert (told.from_.name, told.from_.address) == (letter.from_[0], wire(letter.from_[1]))
    assert [(one.name, one.address) for one in told.to] == people(letter.to)
    assert [(one.name, one.address) for one in told.cc] == people(letter.cc)
    assert told.text is not None and unix(told.text) == unix(letter.text)
    assert told.html is not None and unix(told.html) == unix(letter.html)
    assert [(one.name, one.type, one.data) for one in told.attachments] == letter.files
    assert told.warnings == []


def test_mailparser_reads_our_letters_in_ten_scripts(node: NodeLetters) -> None:
    made = list(letters(COUNT))
    told = node.read(bytes(gp.Message(**letter.fields())) for letter in made)
    assert len(told) == COUNT
    for letter, one in zip(made, told, strict=True):
        assert one["subject"] == letter.subject
        for field, expected in (("from", [letter.from_]), ("to", letter.to), ("cc", letter.cc)):
            shown = [(box["name"], wire(box["address"])) for box in one[field]]  # it shows A-labels as letters
            assert shown == people(expected), (letter.number, field)
        assert unix(one["text"]) == unix(letter.text)
        assert unix(one["html"]) == unix(letter.html)
        assert [(file["name"], file["type"], file["data"]) for file in one["attachments"]] == letter.files


def test_we_read_nodemailers_letters_in_ten_scripts(node: NodeLetters) -> None:
    made = without_encoded_words(letters(COUNT, seed=2231))

    def as_theirs(mailboxes: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"name": name, "address": address} for name, address in mailboxes]

    raws = node.compose(
        {
            "from": as_theirs([letter.from_])[0],
            "to": as_theirs(letter.to),
            "cc": as_theirs(letter.cc),
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "attachments": [
                {
                    "filename": name,
                    "contentType": kind,
                    "content": base64.b64encode(data).decode(),
                    "encoding": "base64",
                }
                for name, kind, data in letter.files
            ],
        }
        for letter in made
    )
    for letter, raw in zip(made, raws, strict=True):
        check_read(gp.Message.parse(raw), letter)


def test_we_read_letters_of_pythons_email_in_ten_scripts() -> None:
    for letter in without_encoded_words(letters(COUNT, seed=5322)):
        message = EmailMessage()
        message["Subject"] = letter.subject
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        for name, kind, data in letter.files:
            main, _, sub = kind.partition("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=name)
        raw = message.as_bytes(policy=policy.SMTP)
        told = gp.Message.parse(raw)
        # Python 3.11 loses a space here and there where it folds; what it wrote, both read alike.
        assert told.subject == email.message_from_bytes(raw, policy=policy.default)["Subject"]
        assert told.subject.replace(" ", "") == letter.subject.replace(" ", "")
        assert told.text is not None and unix(told.text) == unix(letter.text)
        assert told.html is not None and unix(told.html) == unix(letter.html)
        assert [(one.name, one.type, one.data) for one in told.attachments] == letter.files

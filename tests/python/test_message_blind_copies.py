"""Blind copies of letters that were read: they get the letter, and nobody reads of them."""

from __future__ import annotations

import asyncio

import pytest

import gatepost as gp
from gatepost.message import ParsedMessage

TEMPLATE = b"From: a@example.com\r\nTo: olga@example.com\r\n%bSubject: x\r\n\r\nBcc: in the body\r\n"


def test_a_parsed_letter_goes_to_its_blind_copies_without_their_header(sink: gp.Sink) -> None:
    raw = TEMPLATE % b"Bcc: =?utf-8?b?0KLQsNC50L3QsA==?= <secret@example.com>,\r\n\tother@example.com\r\n"
    letter = gp.Message.parse(raw)
    assert letter.bcc == ["Тайна <secret@example.com>", "other@example.com"]
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(letter)
    [received] = sink.wait(1)
    assert received.envelope.to == ["olga@example.com", "secret@example.com", "other@example.com"]
    assert received.raw == TEMPLATE % b""
    assert bytes(letter) == raw


def test_so_it_goes_by_send_many_and_by_the_async_mailer(sink: gp.Sink) -> None:
    letter = gp.Message.parse(TEMPLATE % b"Bcc: secret@example.com\r\n")
    with gp.Mailer(sink.account()) as mailer:
        assert all(result.ok for result in mailer.send_many([letter]))

    async def send() -> None:
        async with gp.AsyncMailer(sink.account()) as mailer:
            await mailer.send(letter)

    asyncio.run(send())
    for received in sink.wait(2):
        assert received.envelope.to == ["olga@example.com", "secret@example.com"]
        assert received.raw == TEMPLATE % b""


def test_blind_copies_given_beside_those_of_the_header_get_it_too() -> None:
    letter = ParsedMessage(TEMPLATE % b"Bcc: a@example.com\r\n", bcc=["b@example.com"])
    assert letter.bcc == ["a@example.com", "b@example.com"]
    assert letter.recipients == ["olga@example.com", "a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    "field",
    [
        b"bcc:s@example.com\r\n",
        b"BCC : s@example.com\r\n",
        b"Resent-Bcc: s@example.com\r\n",
        b"Bcc: s@example.com\r\nBcc: t@example.com\r\n",
        b"Bcc: a,\r\n s@example.com,\r\n\t\r\n t@example.com\r\n",
        b"Bcc: s@example.com\n",
        b"Bcc: s@example.com\r",  # on the wire a bare CR ends a line
    ],
)
def test_whatever_its_form_the_header_is_not_on_the_wire(sink: gp.Sink, field: bytes) -> None:
    with gp.Mailer(sink.account()) as mailer:
        mailer.send(gp.Message.parse(TEMPLATE % field), to="olga@example.com")
    [received] = sink.wait(1)
    assert received.raw == TEMPLATE % b""


@pytest.mark.parametrize(
    "raw",
    [
        b"Bcc: s@example.com",
        b"Bcc: s@example.com\r\n\r\nBcc: body",
        b"From: a@b.ru\nBcc: s@example.com\n\nBcc: body\n",
        b"From: a@b.ru\rBcc: s@example.com\r\rBcc: body\r",
        b"\r\nBcc: body",
        b"X-Bcc: a@b.ru\r\nX: y\r\n Bcc: folded\r\n\r\n",
        b"",
    ],
)
def test_only_those_headers_go_and_all_else_stays_byte_for_byte(raw: bytes) -> None:
    letter = gp.Message.parse(raw)
    gone = [b"Bcc: s@example.com\r\n", b"Bcc: s@example.com\n", b"Bcc: s@example.com\r", b"Bcc: s@example.com"]
    expected = next((raw.replace(one, b"") for one in gone if one in raw), raw)
    assert letter._for_wire() == expected
    assert bytes(letter) == raw

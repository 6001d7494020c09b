"""Mail::DKIM verifies what we sign and seal, and we what it does."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest

import gatepost as gp
from peers.mail_dkim import MailDkim

KEY = gp.DkimKey.generate("rsa")
TABLE = {"s._domainkey.example.com": KEY.dns_record()}
METHODS = ["/".join(forms) for forms in itertools.product(("simple", "relaxed"), repeat=2)]


@pytest.fixture(scope="module")
def mail_dkim() -> Iterator[MailDkim]:
    with MailDkim() as peer:
        yield peer


@pytest.fixture(scope="module")
def bare_key(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The base64 inside the PEM file, as Mail::DKIM wants it."""
    pem = KEY.save(tmp_path_factory.mktemp("key") / "key.pem").read_text()
    return "".join(pem.splitlines()[1:-1])


def letters(count: int = 25) -> list[bytes]:
    """Made by chance, always the same: folded and spaced headers, Cyrillic, empty lines, spaces at line ends."""
    chance = random.Random(6376)
    words = ["слово", "word", " ", "  ", "\t", "\r\n ", "\r\n\t", ";", ":", "="]
    lines = ["", "", "Привет", "a  b", "trailing ", "\t", "x" * 200, ".", "=20"]
    made = []
    for number in range(count):
        subject = "".join(chance.choices(words, k=6))
        head = f"From: Иван <ivan@example.com>\r\nTo: olga@example.net\r\nSubject: {number}{subject}.\r\n"
        body = "".join(f"{line}\r\n" for line in chance.choices(lines, k=chance.randrange(12)))
        made.append(f"{head}X-Other:  y \r\n\r\n{body}".encode())
    return made


def signer(method: str = "relaxed/relaxed") -> gp.DkimSigner:
    header, _, body = method.partition("/")
    return gp.DkimSigner("example.com", "s", KEY, header=header, body=body)


@pytest.mark.parametrize("method", METHODS)
def test_mail_dkim_verifies_what_we_sign(mail_dkim: MailDkim, method: str) -> None:
    for letter in letters():
        assert mail_dkim.verify(signer(method).sign(letter), TABLE) == ["pass"], letter


@pytest.mark.parametrize("method", METHODS)
def test_we_verify_what_mail_dkim_signs(mail_dkim: MailDkim, bare_key: str, method: str) -> None:
    for letter in letters():
        [result] = gp.dkim.verify(mail_dkim.sign(letter, method, bare_key), TABLE)
        assert result.passed, (result, letter)


def test_both_refuse_a_letter_that_was_changed(mail_dkim: MailDkim, bare_key: str) -> None:
    for letter in letters(5):
        assert mail_dkim.verify(signer().sign(letter) + b"more\r\n", TABLE) == ["fail (body has been altered)"]
        changed = mail_dkim.sign(letter, "relaxed/relaxed", bare_key).replace(b"Subject: ", b"Subject: Re: ", 1)
        assert [result.reason for result in gp.dkim.verify(changed, TABLE)] == ["signature"]


def test_mail_dkim_verifies_our_arc_chain(mail_dkim: MailDkim) -> None:
    letter = letters(1)[0]
    for _ in range(3):
        letter = gp.dkim.seal_arc(letter, signer(), "mx.example.net; spf=pass", resolver=TABLE)
        assert mail_dkim.verify_arc(letter, TABLE).startswith("pass")
    assert mail_dkim.verify_arc(letter + b"more\r\n", TABLE).startswith("fail")


def test_we_verify_the_arc_chain_of_mail_dkim(mail_dkim: MailDkim, bare_key: str) -> None:
    letter = letters(1)[0]
    for number in range(1, 4):
        found = f"Authentication-Results: mx{number}.example.net; arc={'pass' if number > 1 else 'none'}\r\n".encode()
        letter = mail_dkim.seal(found + letter, TABLE, bare_key, f"mx{number}.example.net")
        result = gp.dkim.verify_arc(letter, TABLE)
        assert (result.status, len(result.sets)) == ("pass", number), result
    assert gp.dkim.verify_arc(letter + b"more\r\n", TABLE).reason == "body_hash"

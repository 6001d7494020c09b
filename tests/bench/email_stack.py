"""How a careful Python program sends a campaign without gatepost: Jinja2, the standard library's EmailMessage, a DKIM
signature, aiosmtplib."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any

import aiosmtplib
import dkim
import jinja2
from nacl.signing import SigningKey

from bench_keys import DOMAIN, SELECTOR, BenchKey
from letters import FROM, LetterTemplate

Row = dict[str, str]
SIGNED = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")


class Builder:
    """One letter for each row, from templates that are compiled once."""

    def __init__(self, source: LetterTemplate, **policy: Any) -> None:
        plain = jinja2.Environment(undefined=jinja2.StrictUndefined)
        escaped = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=True)
        self._subject, self._text = plain.from_string(source.subject), plain.from_string(source.text)
        self._html = escaped.from_string(source.html)
        self._policy = policy

    def build(self, row: Row) -> EmailMessage:
        """The letter, unsigned."""
        subject, text, html = self._subject.render(row), self._text.render(row), self._html.render(row)
        return message(row["email"], subject, text, html, **self._policy)


def message(to: str, subject: str, text: str, html: str, **policy: Any) -> EmailMessage:
    """Text and HTML with the headers that every letter needs."""
    letter = EmailMessage(**policy)
    letter["From"] = FROM
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=DOMAIN)
    letter.set_content(text)
    letter.add_alternative(html, subtype="html")
    return letter


def signed_by_dkimpy(letter: EmailMessage, key: BenchKey) -> bytes:
    """As dkimpy's documentation shows it."""
    raw = letter.as_bytes(policy=SMTP)
    signature = dkim.sign(
        raw, SELECTOR.encode(), DOMAIN.encode(), key.for_dkimpy, include_headers=[name.encode() for name in SIGNED],
        canonicalize=(b"relaxed", b"simple"), signature_algorithm=key.algorithm.encode(),
    )  # fmt: skip
    return bytes(signature) + raw


class FastSigner:
    """ed25519-sha256, relaxed/simple, of letters known to be well formed: nothing is parsed, the key loaded once."""

    def __init__(self, key: BenchKey) -> None:
        self._sign = SigningKey(key.seed).sign

    def sign(self, raw: bytes) -> bytes:
        """The letter with its signature above it."""
        header, _, body = raw.partition(b"\r\n\r\n")
        fields = {}
        for field in re.sub(rb"\r\n(?=[ \t])", b"", header).split(b"\r\n"):
            name, _, value = field.partition(b":")
            fields[name.lower()] = b" ".join(value.split())
        chosen = [name.lower().encode() for name in SIGNED]
        hashed = b"".join(name + b":" + fields[name] + b"\r\n" for name in chosen)
        body_hash = base64.b64encode(hashlib.sha256(body.rstrip(b"\r\n") + b"\r\n").digest())
        tags = (
            f"v=1; a=ed25519-sha256; c=relaxed/simple; d={DOMAIN}; s={SELECTOR}; t={int(time.time())}; "
            f"h={':'.join(SIGNED)}; bh={body_hash.decode()}; b="
        ).encode()
        digest = hashlib.sha256(hashed + b"dkim-signature:" + tags).digest()
        return b"DKIM-Signature: " + tags + base64.b64encode(self._sign(digest).signature) + b"\r\n" + raw


async def send(rows: Iterable[Row], make: Callable[[Row], bytes], port: int, connections: int) -> None:
    """Over so many connections of aiosmtplib, each taking the next row."""
    work = iter(rows)

    async def lane() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for row in work:
                await client.sendmail("news@example.org", row["email"], make(row))

    await asyncio.gather(*(lane() for _ in range(connections)))

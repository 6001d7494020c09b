"""One round of the MIME bench on one core: `python mime_round.py merge|parse WHO 1k|10k`, JSON to stdout."""

from __future__ import annotations

import email
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from email.policy import SMTP, default
from itertools import cycle
from pathlib import Path

import mailparser

import gatepost as gp
from email_stack import Builder
from letters import recipients, sample, template

BUILT = Path(__file__).resolve().parents[2] / "build" / "bench"
SECONDS = 0.5


def rate_of(one: Callable[[], object]) -> float:
    """Calls a second."""
    one()
    calls, begin = 0, time.perf_counter()
    while (spent := time.perf_counter() - begin) < SECONDS:
        one()
        calls += 1
    return calls / spent


def merge_by_email(size: str) -> float:
    """Jinja2 and EmailMessage, to bytes."""
    builder, rows = Builder(template(size), policy=SMTP), cycle(recipients(1_000))
    return rate_of(lambda: builder.build(next(rows)).as_bytes())


def all_parts(raw: bytes) -> None:
    """Ours: every property a program would read, as Python objects."""
    letter = gp.Message.parse(raw)
    assert letter.subject and letter.text and letter.html and letter.from_ and letter.to
    assert [part.data for part in letter.attachments] == []


def all_parts_by_email(raw: bytes) -> None:
    letter = email.message_from_bytes(raw, policy=default)
    assert letter["Subject"] and letter["From"].addresses and letter["To"].addresses
    for kind in ("plain", "html"):
        body = letter.get_body((kind,))
        assert body is not None and body.get_content()
    assert [part.get_content() for part in letter.iter_attachments()] == []


def all_parts_by_mail_parser(raw: bytes) -> None:
    letter = mailparser.parse_from_bytes(raw)
    assert letter.subject and letter.text_plain and letter.text_html and letter.from_ and letter.to
    assert letter.attachments == []


def parse_by_mailparser(size: str) -> float:
    """The npm package, by its own clock."""
    count = 1_000
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(sample(size))
        file.flush()
        command = ["node", str(BUILT / "node" / "parse.js"), file.name, str(count)]
        result = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return count / float(json.loads(result.stdout)["seconds"])


def main() -> None:
    what, who, size = sys.argv[1:]
    if what == "merge":
        rate = merge_by_email(size)
    elif who == "mailparser":
        rate = parse_by_mailparser(size)
    else:
        take = {"gatepost": all_parts, "email": all_parts_by_email, "mail-parser": all_parts_by_mail_parser}[who]
        raw = sample(size)
        rate = rate_of(lambda: take(raw))
    print(json.dumps({"letters_per_second": rate}))


if __name__ == "__main__":
    main()

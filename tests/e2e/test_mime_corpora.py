"""We read the letters that others test their parsers with, beside Python's email.

CPython's test_email (Debian's libpython3.11-testsuite), PyPI's mail-parser and the crate mail-parser.
mime_corpora_differences.toml says where the two readers differ, and why.
"""

from __future__ import annotations

import email
import email.header
import email.utils
import tomllib
from collections.abc import Callable, Iterator
from email.message import Message as StdlibMessage
from pathlib import Path
from typing import Any

import pytest

import gatepost as gp
from peers.availability import built

CORPORA = {
    "cpython": ("letters-cpython", "root/usr/lib/python3.11/test/test_email/data", "msg_*.txt", 47),
    "pypi": ("letters-pypi", "mail_parser-4.8.0/tests/mails", "mail_*", 23),
    "crate": ("letters-crates", "root/mail-parser/resources/eml", "*/*.eml", 96),
}
DIFFERENCES = tomllib.loads(Path(__file__).with_name("mime_corpora_differences.toml").read_text())

Letters = list[tuple[str, bytes]]
Seen = dict[str, Any]


@pytest.fixture(scope="module", params=CORPORA)
def corpus(request: pytest.FixtureRequest) -> tuple[str, Letters]:
    peer, inside, pattern, count = CORPORA[request.param]
    folder = built(peer) / inside
    letters = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(folder.glob(pattern))]
    assert len(letters) == count
    return request.param, letters


def one_line(value: str) -> str:
    return " ".join(value.split())


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")


def ours(raw: bytes) -> Seen:
    letter = gp.Message.parse(raw)
    author = (letter.from_.name, letter.from_.address)
    nodes = list(letter.tree.walk()) if letter.tree else []
    leaves = [node.part for node in nodes if node.part is not None]
    return {
        "tree": [node.type for node in nodes],
        "subject": one_line(letter.subject),
        "names": [one_line(part.file_name) for part in leaves],
        "from": [author] if any(author) else [],
        "to": [(one.name, one.address) for one in letter.to],
        "texts": [as_text(part.type, part.charset, part.content) for part in leaves if part.type in TEXT],
        "files": [unix_bytes(part.content) for part in leaves if not part.type.startswith(("text/", "message/"))],
    }


TEXT = ("text/plain", "text/html")


def as_text(kind: str, charset: str, content: bytes) -> str:
    """A part alone, as a letter of its own."""
    head = f'Content-Type: {kind}; charset="{charset}"\r\nContent-Transfer-Encoding: binary\r\n\r\n'
    alone = gp.Message.parse(head.encode() + content)
    return unix((alone.text if kind == "text/plain" else alone.html) or "")


def unix_bytes(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").rstrip(b"\n")


def said(read: Callable[[], Any]) -> Any:
    """What Python's email makes of it, or why it does not."""
    try:
        return read()
    except Exception as error:  # it raises many kinds
        return repr(error)


def stdlibs(raw: bytes) -> Seen:
    letter = email.message_from_bytes(raw)
    nodes = list(parts_of(letter))
    leaves = [part for part in nodes if not is_multipart(part)]
    texts = [part for part in leaves if part.get_content_type() in TEXT]
    return {
        "tree": [part.get_content_type() for part in nodes],
        "subject": said(lambda: decoded(letter.get("Subject", ""))),
        "names": said(lambda: [decoded(part.get_filename() or "") for part in leaves]),
        "from": said(lambda: mailboxes(letter.get_all("From", []))[:1]),
        "to": said(lambda: mailboxes(letter.get_all("To", []))),
        "texts": said(lambda: [unix(payload(part).decode(part.get_content_charset() or "utf-8")) for part in texts]),
        "files": said(
            lambda: [
                unix_bytes(payload(part)) for part in leaves if part.get_content_maintype() not in ("text", "message")
            ]
        ),
    }


def is_multipart(part: StdlibMessage) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def parts_of(part: StdlibMessage) -> Iterator[StdlibMessage]:
    """As walk(), without the insides of forwarded letters."""
    yield part
    if is_multipart(part):
        for child in part.get_payload():
            yield from parts_of(child)  # type: ignore[arg-type]


def payload(part: StdlibMessage) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def decoded(value: Any) -> str:
    return one_line(str(email.header.make_header(email.header.decode_header(value))))


def mailboxes(values: list[str]) -> list[tuple[str, str]]:
    return [(decoded(name), address) for name, address in email.utils.getaddresses(values) if name or address]


def test_no_letter_fails_and_each_stays_as_it_is(corpus: tuple[str, Letters]) -> None:
    for name, raw in corpus[1]:
        letter = gp.Message.parse(raw)
        assert bytes(letter) == raw, name
        assert letter.subject is not None and all(isinstance(part.content, bytes) for part in letter.parts), name


def test_we_and_pythons_email_read_the_same_but_for_the_differences_listed(corpus: tuple[str, Letters]) -> None:
    name, letters = corpus
    listed: dict[str, set[str]] = {}
    for entry in DIFFERENCES[name]:
        for letter, fields in entry["letters"].items():
            listed.setdefault(letter, set()).update(fields)
    found: dict[str, set[str]] = {}
    shown = []
    for letter, raw in letters:
        we, they = ours(raw), stdlibs(raw)
        differ = {field for field in we if we[field] != they[field]}
        if differ:
            found[letter] = differ
        shown += [f"{letter}, {f}: {we[f]!r:.200} {they[f]!r:.200}" for f in differ ^ listed.get(letter, set())]
    assert found == listed, "\n".join(shown)

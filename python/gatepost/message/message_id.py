"""Message-IDs, and the threads that they make."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from email.header import Header

from .. import _core, arguments
from ..errors import InputError
from .words import header_text

_ID = re.compile(r"<([^<>\s]+)>")
_USABLE = re.compile(r"[!-;=?A-~]+@[!-;=?-~]+")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BRACKETED = re.compile(r"<[^<>]*>|[^\s<>,]+")
_PIECE = re.compile(r"\\.|<[^<>]*>|[()]|[^\\()<]+|[\\<]", re.DOTALL)
_MAX_ID = 250
_MAX_CHAIN = 20


def stable_message_id(domain: str, *keys: object) -> str:
    """A Message-ID that is the same for the same keys, so that a letter made again is known as the same:
    `Message(..., message_id=stable_message_id("example.com", "invoice", 42))`. Nothing of the keys can be read from it.
    """
    if not keys:
        raise InputError("keys: a stable id needs one")
    with arguments.named("domain"):
        host = _core.normalise_address(f"id@{arguments.text('domain', domain)}").partition("@")[2]
    digest = hashlib.sha256()
    for i, key in enumerate(keys):
        text = _key_text(f"keys[{i}]", key).encode()
        digest.update(b"%d:%b," % (len(text), text))
    return f"{base64.b32encode(digest.digest()[:20]).decode().lower()}@{host}"


def _key_text(name: str, key: object) -> str:
    try:
        return arguments.text(name, str(key))
    except ValueError as error:  # a number with too many digits
        raise error if isinstance(error, InputError) else arguments.refuse(name, "what str() can write", key) from None


def plain_id(message_id: str | None) -> str:
    """A Message-ID without its angle brackets; "" where none is given."""
    if message_id is None:
        return ""
    plain = arguments.text("message_id", message_id).strip(" ")
    return plain[1:-1] if plain.startswith("<") and plain.endswith(">") else plain


def ids_in(header: str) -> list[str]:
    """The ids of a received In-Reply-To or References."""
    return _ID.findall(header)


def read_ids(field: str, source: str | Header | Iterable[str | Header] | None) -> list[str]:
    """Ids as a caller gives them: a list, or a text such as the value of References, folded and with comments."""
    if source is None:
        return []
    if isinstance(source, str | Header):
        return _ids_of(field, source)
    if not isinstance(source, Iterable):
        raise arguments.refuse(field, "a message id or a list of them", source)
    return [one for given in source for one in _ids_of(field, given)]


def _ids_of(field: str, source: object) -> list[str]:
    text = header_text(source) if isinstance(source, Header) else arguments.text(field, source)
    text = _FOLD.sub("", text).strip(" ")
    if "<" not in text:
        return [one for one in _without_comments(text).split(" ") if one]
    if bad := _CONTROL.search(text.replace("\t", " ") if "\t" not in (text[:1], text[-1:]) else text):
        raise InputError(f"{field}: byte {len(text[: bad.start()].encode())} is the control 0x{ord(bad[0]):02X}")
    found = _BRACKETED.findall(_without_comments(text))
    # Beside ids in brackets there may be phrases (RFC 5322 §4.5.4), and ids whose brackets were forgotten.
    ids = [one[1:-1].strip(" ") if one[0] == "<" else one for one in found if one[0] == "<" or "@" in one]
    return [one for one in ids if one]


def _without_comments(text: str) -> str:
    """RFC 5322 §3.2.2: comments nest, and hold quoted pairs. They stand between ids, never in them."""
    if "(" not in text:
        return text
    out: list[str] = []
    depth = 0
    for piece in _PIECE.findall(text):
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
            out.append(" " if not depth else "")
        elif not depth:
            out.append(piece)
    return "".join(out)


def usable(ids: Iterable[str]) -> list[str]:
    """Those of a received letter's ids that may stand in one of ours: some are not even of the form left@right."""
    return [one for one in ids if len(one) <= _MAX_ID and _USABLE.fullmatch(one)]


def answering(message_id: str, references: list[str]) -> list[str]:
    """References of an answer to a letter (RFC 5322 §3.6.4); of a long thread its beginning and its end."""
    chain = [one for one in references if one != message_id]
    if len(chain) > _MAX_CHAIN:
        chain = chain[:1] + chain[1 - _MAX_CHAIN :]
    return [*chain, message_id]

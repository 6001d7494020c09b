"""Text as callers have it from the standard library: `Header` objects, and what these and `formataddr` encode."""

from __future__ import annotations

import re
from email.charset import UNKNOWN8BIT
from email.header import Header

from .. import _core, arguments

_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?="
_HAS_WORD = re.compile(r"=\?[^?\s]+\?([bBqQ])\?[^?\s]*\?=")
_ONLY_WORDS = re.compile(rf"\s*{_WORD}(?:\s+{_WORD})*\s*")
_LONGEST = 75
_FOLD = re.compile(r"\r?\n(?=[ \t])")


def _is_encoded(text: str) -> bool:
    """Whether it holds what an encoder wrote: the standard library's "q" and "b", or another's words beyond ASCII."""
    if "=?" not in text:
        return False
    return any(
        word[1] in "bq" or not _core.decode_encoded_words(word[0]).isascii() for word in _HAS_WORD.finditer(text)
    )


def line_of(field: str, value: object) -> str:
    """A text of one line: a str, or a Header; encoded-words stay, a fold beside them goes (RFC 5322 §2.2.3)."""
    text = header_text(value) if isinstance(value, Header) else arguments.text(field, value)
    return _FOLD.sub("", text) if _is_encoded(text) else text


def decoded(field: str, value: object) -> str:
    """The same with encoded-words undone (RFC 2047)."""
    text = line_of(field, value)
    return _core.decode_encoded_words(text) if _is_encoded(text) else text


def has_encoded_word(text: str) -> bool:
    """Whether an encoded-word stands in it."""
    return "=?" in text and _HAS_WORD.search(text) is not None


def has_long_word(text: str) -> bool:
    """Whether an encoded-word is longer than RFC 2047 §2 allows, as `formataddr` makes them of long names."""
    return "=?" in text and any(len(word[0]) > _LONGEST for word in _HAS_WORD.finditer(text))


def is_encoded_whole(text: str) -> bool:
    """Whether it is nothing but encoded-words."""
    return "=?" in text and _ONLY_WORDS.fullmatch(text) is not None


def header_text(header: Header) -> str:
    """What a Header says; bytes of a letter that was read are guessed at."""
    chunks = header._chunks  # type: ignore[attr-defined]
    if all(charset != UNKNOWN8BIT for _, charset in chunks):
        return str(header)
    known = Header()
    for text, charset in chunks:
        known.append(text_of_bytes(text), "utf-8") if charset == UNKNOWN8BIT else known.append(text, charset)
    return str(known)


def text_of_bytes(escaped: str) -> str:
    """A text in which surrogates stand for bytes (PEP 383), with characters in their place: UTF-8, or by guess."""
    raw = escaped.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(_core.guess_charset(raw))
    except (LookupError, UnicodeDecodeError):
        return raw.decode("latin-1")

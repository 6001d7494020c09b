"""The headers of a standard library's message, written from their own values so that none can become two."""

from __future__ import annotations

import re
from email.header import Header
from email.policy import EmailPolicy
from typing import Any

from .. import _core
from ..errors import InputError
from .stdlib_addresses import address_field
from .stdlib_parameters import parameter_text
from .words import has_encoded_word, has_long_word, header_text, text_of_bytes

_NAME = re.compile(r"[!-9;-~]+")
_LINE_END = re.compile(r"\r?\n(?=[ \t])")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CHARACTER = re.compile(r"[^\x00-\x7f\udc80-\udcff]")  # one beyond ASCII that stands for no byte
_ONE_FIELD = re.compile(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")
_PIECE = re.compile(r"[ \t]*[^ \t]+|[ \t]+")
_SHORT = 78
_LONGEST = 998


class Written(str):
    """The value of a header that is written already; `field` is all of it, with its CRLF."""

    __slots__ = ("field",)
    field: bytes


class WirePolicy(EmailPolicy):
    """Writes a letter of any policy with CRLF; headers that are not written yet stay as they were read.

    InputError names the header that would become more than one, or holds control characters.
    """

    linesep = "\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header with the CRLF at its end."""
        return value.field if isinstance(value, Written) else _checked(name, value, as_read=True)


def written(name: str, value: Any) -> Written:
    """A header of any policy, compat32 too, in ASCII but for the addresses that have no such form. InputError as of
    WirePolicy."""
    field = _checked(name, value, as_read=False)
    made = Written(field.decode("utf-8", "surrogateescape")[len(name) + 1 :].strip(" \r\n"))
    made.field = field
    return made


def text_of(name: str, value: Any) -> str:
    """The value of a header of any policy as one line. InputError where a control character is in it."""
    line = _LINE_END.sub("", header_text(value) if isinstance(value, Header) else str(value))
    if bad := _CONTROL.search(line):
        raise InputError(f"message: {name}: it holds the control character 0x{ord(bad[0]):02X}")
    return text_of_bytes(line) if _SURROGATE.search(line) else line


def _checked(name: str, value: Any, as_read: bool) -> bytes:
    if not _NAME.fullmatch(name):
        raise InputError(f"message: {name!r} is not a header name")
    try:
        text = text_of(name, value)
        if as_read and isinstance(value, str) and not hasattr(value, "fold") and not _CHARACTER.search(value):
            field = f"{name}: {_lines(value)}\r\n".encode("ascii", "surrogateescape")
        else:
            field = _field(name, value, text)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        # The library's readers of headers fail on damaged ones in all these ways.
        raise InputError(f"message: {name}: it cannot be written: {error}") from None
    if not _ONE_FIELD.fullmatch(field):
        raise InputError(f"message: {name}: it would be more than one header")
    return field


def _field(name: str, value: Any, text: str) -> bytes:
    is_read = hasattr(value, "fold")  # an object of an EmailPolicy, whose text is decoded
    form = _core.header_form(name)
    if form == "addresses":
        plain = address_field(name, value if is_read else text)
        if isinstance(plain, bytes):
            return plain
        text, is_read = plain, False
    elif name.lower() in ("content-type", "content-disposition"):
        text, is_read = parameter_text(name, value if is_read else text), False
    if text.isascii() and (form != "text" or not is_read or not has_encoded_word(text)) and not has_long_word(text):
        source = value if isinstance(value, str) and not is_read and text == text_of(name, value) else text
        field = _folded(name, source)
        encodable = form == "addresses" or (form == "text" and is_read)
        if not encodable or max(map(len, field.split(b"\r\n"))) <= _LONGEST:
            return field
    if form != "addresses" and not is_read and has_encoded_word(text):
        text = _core.decode_encoded_words(text)
    return _core.header_field(name, text)


def _folded(name: str, source: str) -> bytes:
    """A value in ASCII on lines of 78 octets, where white space allows; folded lines stay."""
    value = _lines(source)
    if "\r\n" not in value and len(name) + 2 + len(value) > _SHORT:
        lines = [f"{name}: "]
        for piece in _PIECE.findall(value):
            if len(lines[-1]) + len(piece) > _SHORT and piece.strip(" \t") and piece[0] in " \t":
                lines.append("")
            lines[-1] += piece
        value = "\r\n".join(lines)[len(name) + 2 :]
    return f"{name}: {value}\r\n".encode("ascii")


def _lines(source: str) -> str:
    """A folded value with CRLF, without lines that would look like the end of the header."""
    first, *more = re.split(r"\r?\n", str(source))
    return "\r\n".join([first, *(line for line in more if line.strip(" \t"))])

"""The headers of a standard library's message, written so that none can become two."""

from __future__ import annotations

import re
from email.header import Header
from email.policy import EmailPolicy
from typing import Any

from .. import _core
from ..errors import InputError

_NAME = re.compile(r"[!-9;-~]+")
_LINE_END = re.compile(r"\r?\n(?=[ \t])")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ONE_FIELD = re.compile(rb"[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")
_DOMAIN = re.compile(r"(?<=@)[^\s@<>(),;:\"\[\]]*[^\x00-\x7f\s@<>(),;:\"\[\]][^\s@<>(),;:\"\[\]]*")
_ADDRESSES = {
    f"{start}{name}" for start in ("", "resent-") for name in ("from", "sender", "reply-to", "to", "cc", "bcc")
}
_SHORT = 78


def text_of(name: str, value: Any) -> str:
    """The value of a header of any policy as one line. InputError where a control character is in it."""
    line = _LINE_END.sub("", str(value))
    if bad := _CONTROL.search(line):
        raise InputError(f"message: {name}: it holds the control character 0x{ord(bad[0]):02X}")
    return line


class WirePolicy(EmailPolicy):
    """Writes the headers of a letter of any policy, compat32 too, with CRLF; `utf8` as in EmailPolicy.

    What is ASCII already stays as it was written, and so do the bytes of a letter that was read. InputError names the
    header that would become more than one, or holds control characters.
    """

    linesep = "\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header with the CRLF at its end."""
        if not _NAME.fullmatch(name):
            raise InputError(f"message: {name!r} is not a header name")
        try:
            field = self._field(name, value, text_of(name, value))
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            # The library's readers of headers fail on damaged ones in all these ways.
            raise InputError(f"message: {name}: it cannot be written: {error}") from None
        if not _ONE_FIELD.fullmatch(field):
            raise InputError(f"message: {name}: it would be more than one header")
        return field

    def _field(self, name: str, value: Any, text: str) -> bytes:
        if _SURROGATE.search(text):  # bytes of a letter that was read
            return f"{name}: {_lines(value)}\r\n".encode("ascii", "surrogateescape")
        if hasattr(value, "fold") and text.isascii():
            return self._encoded(value.fold(policy=self))
        if not text.isascii():
            if name.lower() in _ADDRESSES:
                text = _DOMAIN.sub(_wire_domain, text)
            return self._encoded(self.header_factory(name, text).fold(policy=self))
        source = value if isinstance(value, str) else text
        if any(len(line) > _SHORT for line in source.splitlines()):
            return f"{name}: {Header(text, header_name=name).encode(linesep=self.linesep)}\r\n".encode()
        return f"{name}: {_lines(source)}\r\n".encode()

    def _encoded(self, folded: str) -> bytes:
        return folded.encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


def _lines(source: str) -> str:
    """A folded value with CRLF, without lines that would look like the end of the header."""
    first, *more = re.split(r"\r?\n", str(source))
    return "\r\n".join([first, *(line for line in more if line.strip(" \t"))])


def _wire_domain(domain: re.Match[str]) -> str:
    try:
        return _core.normalise_address(f"a@{domain[0]}")[2:]
    except InputError:
        return domain[0]

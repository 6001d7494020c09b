"""The header of a received letter as it stands: one of its values, and all of it without blind copies."""

from __future__ import annotations

import re

# A bare CR or LF ends a line as well: on the wire both become CRLF.
_END = rb"(?:\r\n|\r(?!\n)|\n)"
_HEADER_END = re.compile(rb"(?:\A|%b)%b" % (_END, _END))
_BLIND = re.compile(
    rb"(?<![^\r\n])(?:Resent-)?Bcc[ \t]*:[^\r\n]*(?:%b[ \t][^\r\n]*)*(?:%b|\Z)" % (_END, _END), re.IGNORECASE
)


def first_value(raw: bytes, name: str) -> str:
    """The value of the first header of this name, unfolded but not decoded, bytes beyond ASCII as surrogates (PEP 383);
    "" where there is none."""
    field = rb"(?<![^\r\n])%b[ \t]*:([^\r\n]*(?:%b[ \t][^\r\n]*)*)" % (name.encode(), _END)
    found = re.search(field, _header(raw), re.IGNORECASE)
    return re.sub(_END, b"", found[1]).decode("ascii", "surrogateescape").strip(" \t") if found else ""


def _header(raw: bytes) -> bytes:
    end = _HEADER_END.search(raw)
    return raw[: end.end()] if end else raw


def without_blind_copies(raw: bytes) -> bytes:
    """The letter without its headers Bcc and Resent-Bcc; all else stays byte for byte."""
    header = _header(raw)
    shorter, count = _BLIND.subn(b"", header)
    return shorter + raw[len(header) :] if count else raw

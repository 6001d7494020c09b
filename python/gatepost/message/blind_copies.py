"""Blind copies that a received letter names in its header."""

from __future__ import annotations

import re

# A bare CR or LF ends a line as well: on the wire both become CRLF.
_END = rb"(?:\r\n|\r(?!\n)|\n)"
_HEADER_END = re.compile(rb"(?:\A|%b)%b" % (_END, _END))
_BLIND = re.compile(
    rb"(?<![^\r\n])(?:Resent-)?Bcc[ \t]*:[^\r\n]*(?:%b[ \t][^\r\n]*)*(?:%b|\Z)" % (_END, _END), re.IGNORECASE
)


def without_blind_copies(raw: bytes) -> bytes:
    """The letter without its headers Bcc and Resent-Bcc; all else stays byte for byte."""
    end = _HEADER_END.search(raw)
    header = raw[: end.start()] + raw[end.start() : end.end()] if end else raw
    shorter, count = _BLIND.subn(b"", header)
    return shorter + raw[len(header) :] if count else raw

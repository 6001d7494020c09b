"""The parts of a letter by Mailpit's numbers, and which of them are its text, its html, its pictures and its files.

A part's number says its place: "2.1" is the first within the second part of the letter; a letter without parts is "0".
"""

from __future__ import annotations

import codecs
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from .... import _core

_WRITTEN_IN_ASCII = ("iso-2022-jp", "iso-2022-kr", "hz-gb-2312", "utf-7", "utf-16", "utf-32")
_NO_CHARSETS = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined")  # Python's own, some slow


@dataclass(frozen=True, slots=True)
class NumberedPart:
    """A leaf of a letter's tree. Text is in UTF-8, whatever its charset was."""

    id: str
    type: str
    disposition: str
    file_name: str
    content_id: str
    content: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """Its file name, or else its Content-ID."""
        return self.file_name or self.content_id


class LetterParts:
    """The leaves of a parsed letter in their places."""

    def __init__(self, letter: _core.ParsedLetter) -> None:
        self._leaves = letter.parts
        self._nodes = letter.nodes
        self.multipart = bool(self._nodes) and self._nodes[0][0].startswith("multipart/")

    @cached_property
    def _numbers(self) -> list[str]:
        count: defaultdict[int, int] = defaultdict(int)
        numbers: list[str] = []
        for _, parent, _ in self._nodes:
            if parent < 0:
                numbers.append("" if self.multipart else "0")
                continue
            count[parent] += 1
            numbers.append(f"{numbers[parent]}.{count[parent]}".removeprefix("."))
        return numbers

    @cached_property
    def in_depth(self) -> list[NumberedPart]:
        """In the order of the letter's bytes."""
        return [
            _numbered(self._leaves[leaf], number)
            for (_, _, leaf), number in zip(self._nodes, self._numbers, strict=True)
            if leaf >= 0
        ]

    @cached_property
    def in_breadth(self) -> list[NumberedPart]:
        """Those of the outermost multipart first."""
        return sorted(self.in_depth, key=lambda part: part.id.count("."))

    @cached_property
    def text(self) -> str:
        """All texts that are no attachments; "" where there is none."""
        if not self.multipart:
            only = self.in_depth[0] if self.in_depth else None
            return (
                _read(only) if only and only.type not in ("text/html",) and not self.attachments + self.inline else ""
            )
        if self._nodes[0][0] == "multipart/alternative":
            first = next((part for part in self.in_breadth if _is_body(part, "text/plain")), None)
            return _read(first) if first else ""
        return "\n--\n".join(_read(part) for part in self.in_depth if _is_body(part, "text/plain"))

    @cached_property
    def html(self) -> str:
        """The first page that is no attachment; "" where there is none."""
        found = next((part for part in self.in_depth if _is_body(part, "text/html")), None)
        return _read(found) if found else ""

    @cached_property
    def attachments(self) -> list[NumberedPart]:
        """Those that say so, and all that is only bytes."""
        if not self.multipart:
            return [part for part in self.in_depth if _is_binary(part) and part.disposition != "inline"]
        return [
            part
            for part in self.in_breadth
            if part.disposition == "attachment" or part.type == "application/octet-stream"
        ]

    @cached_property
    def inline(self) -> list[NumberedPart]:
        """Those that say so."""
        if not self.multipart:
            return [part for part in self.in_depth if _is_binary(part) and part.disposition == "inline"]
        return [part for part in self.in_breadth if part.disposition == "inline"]

    @cached_property
    def others(self) -> list[NumberedPart]:
        """Neither text nor file, and silent about what they are."""
        if not self.multipart:
            return []
        known = ("text/plain", "text/html", "application/octet-stream")
        return [part for part in self.in_breadth if not part.disposition and part.type not in known]


def _is_body(part: NumberedPart, kind: str) -> bool:
    return part.type == kind and part.disposition != "attachment"


def _is_binary(part: NumberedPart) -> bool:
    return part.disposition == "attachment" or part.type not in ("", "text/plain", "text/html")


def _read(part: NumberedPart) -> str:
    return part.content.decode(errors="replace")


def _numbered(leaf: _core.ParsedPart, number: str) -> NumberedPart:
    content, kind = leaf.content, leaf.type
    if kind.startswith("text/"):
        content = _in_utf8(content, leaf.charset)
    disposition, name, content_id = leaf.disposition, leaf.file_name, leaf.content_id
    return NumberedPart(number, kind, disposition, name, content_id, content)


def _in_utf8(content: bytes, charset: str) -> bytes:
    if content.isascii() and charset.lower() not in _WRITTEN_IN_ASCII:
        return content
    for name in (charset, "utf-8", _core.guess_charset(content)):
        try:
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return content.decode(name).encode()
        except (LookupError, ValueError):  # a name with a NUL is a ValueError
            continue
    return content

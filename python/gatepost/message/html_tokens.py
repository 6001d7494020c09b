"""HTML as a row of texts and tags: what making plain text and finding pictures need. One pass, whatever is broken."""

from __future__ import annotations

import html as _html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_SPACE = re.compile(r"[\s/]*")
_NAME = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_HUGE_NUMBER = re.compile(r"&#[0-9]{8,};?")  # beyond Unicode, and beyond what int() takes
_OPAQUE = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style", "title", "textarea")}


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value` is unescaped; html[start:end] is where it stands, quotes included."""

    name: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening or closing tag; names in lower case."""

    name: str
    closing: bool
    attributes: list[Attribute]

    def get(self, name: str) -> str | None:
        """The value of an attribute, the first of its name."""
        return next((one.value for one in self.attributes if one.name == name), None)


def tokens(html: str) -> Iterator[str | Tag]:
    """Texts, unescaped, and tags in order. Comments and the contents of script, style, title and textarea go."""
    at = 0
    while at < len(html):
        opening = html.find("<", at)
        if opening != at:
            yield unescape(html[at : opening if opening >= 0 else None])
            if opening < 0:
                return
        at = opening
        if tag := _TAG.match(html, at):
            name = tag[2].lower()
            attributes, at = _attributes(html, tag.end())
            yield Tag(name, bool(tag[1]), attributes)
            if name in _OPAQUE and not tag[1]:
                end = _OPAQUE[name].search(html, at)
                at = end.start() if end else len(html)
        elif html.startswith(("<!", "<?", "</"), at):
            closing = "-->" if html.startswith("<!--", at) else ">"
            end_at = html.find(closing, at + 2)
            at = end_at + len(closing) if end_at >= 0 else len(html)
        else:
            yield "<"
            at += 1


def unescape(text: str) -> str:
    """Character references resolved."""
    return _html.unescape(_HUGE_NUMBER.sub("\ufffd", text))


def _attributes(html: str, at: int) -> tuple[list[Attribute], int]:
    """The attributes from `at` on, and where the tag ends."""
    found: list[Attribute] = []
    while True:
        at = _end(_SPACE, html, at)
        if at >= len(html) or html[at] == ">":
            return found, at + 1
        name_end = _end(_NAME, html, at)
        name = html[at:name_end].lower()
        at = name_end
        if not (equals := _EQUALS.match(html, at)):
            found.append(Attribute(name, "", at, at))
            continue
        start = equals.end()
        quote = html[start : start + 1]
        if quote in ('"', "'"):
            close = html.find(quote, start + 1)
            if close < 0:
                return found, len(html)
            value, at = html[start + 1 : close], close + 1
        else:
            at = _end(_BARE, html, start)
            value = html[start:at]
        found.append(Attribute(name, unescape(value), start, at))


def _end(pattern: re.Pattern[str], html: str, at: int) -> int:
    match = pattern.match(html, at)
    return match.end() if match else at

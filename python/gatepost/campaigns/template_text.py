"""The text part of a template that has html only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes

from ..message.plain_text import FIELD_MARKS, to_text

_READER = Environment(keep_trailing_newline=True)
_OPENING = re.compile(r"\{[{%#]")
_LONE_BLOCKS = re.compile(r"^[ \t]*\{%(?![-+])", re.MULTILINE)


def text_template(html: str) -> str | None:
    """The Jinja2 source of a text that says what the html template says. None where the html cannot be read before it
    is rendered: fields that hold html themselves, for one."""
    try:
        pieces = list(_pieces(html))
        if _holds_html(_READER.parse(html)):
            return None
    except TemplateSyntaxError:  # told by whoever compiles the html
        return None
    tags = [piece for piece, is_tag in pieces if is_tag]
    if len(tags) > len(FIELD_MARKS) or any(mark in html for mark in map(chr, FIELD_MARKS)):
        return None
    marks = iter(FIELD_MARKS)
    text = to_text("".join(chr(next(marks)) if is_tag else piece for piece, is_tag in pieces))
    if not text or _OPENING.search(text):
        return None
    lines = [_restored(line, tags) for line in text.split("\n")]
    source = "\n".join(lines)
    try:
        _READER.parse(source)
    except TemplateSyntaxError:  # half of a block went with a style sheet or the like
        return None
    return source


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """The source as text and Jinja2's tags, in order."""
    tag: list[str] = []
    for _, kind, value in _READER.lex(html):
        if kind == "data":
            yield value, False
            continue
        tag.append(value)
        if kind in ("variable_end", "block_end", "comment_end", "raw_begin", "raw_end"):
            yield "".join(tag), True
            tag = []


def _holds_html(tree: nodes.Template) -> bool:
    return any(found.name in ("safe", "xmlattr", "urlize") for found in tree.find_all(nodes.Filter))


def _restored(line: str, tags: list[str]) -> str:
    """A line with its tags again. One that has nothing but {% %} leaves no empty lines behind."""
    restored = line.translate({mark: tags[mark - FIELD_MARKS.start] for mark in map(ord, line) if mark in FIELD_MARKS})
    if line.strip() and all(
        char == " " or (ord(char) in FIELD_MARKS and tags[ord(char) - FIELD_MARKS.start].startswith("{%"))
        for char in line
    ):
        return _LONE_BLOCKS.sub("{%-", restored)
    return restored

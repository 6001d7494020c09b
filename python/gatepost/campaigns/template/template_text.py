"""The text part of a template that has html only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes

from ...message.plain_text import FIELD_MARKS, to_text

_READER = Environment(keep_trailing_newline=True)
_OPENING = re.compile(r"\{[{%#]")
_LONE_BLOCKS = re.compile(r"^[ \t]*\{%(?![-+])", re.MULTILINE)


class NoText(Exception):
    """The html cannot be read before it is rendered; `str()` says why, to go on after "since"."""


def text_template(html: str) -> str:
    """The Jinja2 source of a text that says what the html template says; to be compiled with `is_text_of_html`, since
    what the html escapes must not be escaped here. NoText where there is none."""
    try:
        pieces = list(_pieces(html))
        tree = _READER.parse(html)
    except TemplateSyntaxError:  # told by whoever compiles the html
        raise NoText("the template cannot be read") from None
    if html_in_fields := _holds_html(tree):
        raise NoText(f"what {html_in_fields} shows is html itself and known only when it is rendered")
    tags = [piece for piece, is_tag in pieces if is_tag]
    if len(tags) > len(FIELD_MARKS) or any(mark in html for mark in map(chr, FIELD_MARKS)):
        raise NoText("it has too many fields, or characters of the last private planes")
    marks = iter(FIELD_MARKS)
    text = to_text("".join(chr(next(marks)) if is_tag else piece for piece, is_tag in pieces))
    if not text:
        raise NoText("it shows no words")
    if _OPENING.search(text):
        raise NoText("its words look like a template's")
    lines = [_restored(line, tags) for line in text.split("\n")]
    source = "\n".join(lines)
    try:
        _READER.parse(source)
    except TemplateSyntaxError:
        raise NoText("a block begins or ends in a style sheet or another place that is not text") from None
    return source


def words_of(html: str) -> str:
    """The page of a template without its comments, with "{" in the place of what Jinja2 fills in."""
    return "".join("{" if is_tag else piece for piece, is_tag in _pieces(html))


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


def _holds_html(tree: nodes.Template) -> str:
    """What puts html into the letter past the escaping; "" where nothing does."""
    if next(tree.find_all(nodes.ScopedEvalContextModifier), None) is not None:
        return "{% autoescape %}"
    used = (found.name for found in tree.find_all(nodes.Filter))
    return next((f"|{name}" for name in used if name in ("safe", "xmlattr", "urlize")), "")


def _restored(line: str, tags: list[str]) -> str:
    """A line with its tags again. One that has nothing but {% %} leaves no empty lines behind."""
    restored = line.translate({mark: tags[mark - FIELD_MARKS.start] for mark in map(ord, line) if mark in FIELD_MARKS})
    if line.strip() and all(
        char == " " or (ord(char) in FIELD_MARKS and tags[ord(char) - FIELD_MARKS.start].startswith("{%"))
        for char in line
    ):
        return _LONE_BLOCKS.sub("{%-", restored)
    return restored

"""The plain text of an html letter, for readers and filters that want one."""

from __future__ import annotations

import re
from collections import Counter

from .html_tokens import Tag, tokens

_BLOCKS = {
    "address",
    "article",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
}
_BLOCKS |= {
    "header",
    "li",
    "main",
    "nav",
    "section",
    "tr",
    "caption",
    "body",
    "html",
    "tbody",
    "thead",
    "tfoot",
    "option",
}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "blockquote", "table", "hr"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
FIELD_MARKS = range(0xF0000, 0xFFFFE)
"""Characters of private use that stand for what is not known yet, the fields of a template; one may be a whole link."""
_LINKED = re.compile(r"(?:https?|ftp|mailto|tel):|[\U000f0000-\U000ffffd]", re.IGNORECASE)
_INVISIBLE = "\u00ad\u034f\u200b\u200c\u200d\ufeff"  # what pads the preview line of newsletters
_MAX_MARKS = 20
_MAX_TABLES = 20
_MAX_TABLE_WIDTH = 100


def to_text(html: str) -> str:
    """Paragraphs, lists, tables and quotations as people type them; links as "text <url>", pictures as "[alt]".
    Scripts, styles and what is hidden go. "" where nothing is left."""
    reader = _Reader()
    for token in tokens(html):
        reader.take(token)
    text = reader.finish()
    return f"{text}\n" if text else ""


class _Page:
    """Lines in the making, with what stands before each: list marks and the bars of quotations."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.space = False
        self.gap: str | None = None  # what stands on the empty line that is due
        self.before = ""  # every line: the room of list marks, the bars of quotations
        self.bars = ""  # the bars alone
        self.marks: list[tuple[str, str, str]] = []  # tag, and the two as they were outside of it
        self.open = Counter[str]()
        self.numbers: list[int] = []
        self.bullet = ""

    def write(self, text: str) -> None:
        stripped = " ".join(text.split())
        if not stripped.strip(_INVISIBLE + " "):
            self.space = self.space or bool(text)
            return
        if (self.space or text[0].isspace()) and self.words:
            self.words.append(" ")
        self.words.append(stripped)
        self.space = text[-1].isspace()

    def end_line(self, gap: bool = False) -> None:
        if self.words:
            self.put("".join(self.words))
        self.words = []
        self.space = False
        if gap:
            self.gap = self.bars if self.gap is None else min(self.gap, self.bars, key=len)

    def put(self, line: str) -> None:
        if self.gap is not None and self.lines:
            self.lines.append(min(self.gap, self.bars, key=len).rstrip())
        before = self.before[: len(self.before) - len(self.bullet)] + self.bullet
        self.lines.append((before + line).rstrip())
        self.gap, self.bullet = None, ""

    def enter(self, tag: str, mark: str) -> None:
        self.marks.append((tag, self.before, self.bars))
        self.open[tag] += 1
        if len(self.marks) <= _MAX_MARKS:
            self.before += mark
            self.bars += mark if tag == "blockquote" else ""

    def leave(self, tag: str) -> None:
        while self.open[tag] > 0:
            name, self.before, self.bars = self.marks.pop()
            self.open[name] -= 1
            if name in ("ul", "ol"):
                self.numbers.pop()
            if name == tag:
                return

    def item(self) -> None:
        """A list item begins; one before it in the same list ends."""
        if self.marks and self.marks[-1][0] == "li":
            self.leave("li")
        kind = self.marks[-1][0] if self.marks else ""
        bullet = "- "
        if kind == "ol":
            self.numbers[-1] += 1
            bullet = f"{self.numbers[-1]}. "
        self.enter("li", " " * len(bullet))
        self.bullet = bullet if len(self.marks) <= _MAX_MARKS else ""


class _Reader:
    def __init__(self) -> None:
        self.page = _Page()
        self.tables: list[tuple[_Page, list[list[str]], bool]] = []  # the page and cell around each, and its rows
        self.in_cell = False
        self.link: tuple[str, list[str]] | None = None
        self.hidden = ("", 0)
        self.pre = 0
        self.flat_tables = 0

    def take(self, token: str | Tag) -> None:
        name, depth = self.hidden
        if depth:
            if isinstance(token, Tag) and token.name == name:
                self.hidden = (name, depth - 1 if token.closing else depth + 1)
        elif isinstance(token, str):
            self.text(token)
        elif token.closing:
            self.closing(token.name)
        else:
            self.opening(token)

    def text(self, text: str) -> None:
        if not self.pre:
            self.page.write(text)
        else:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            for i, line in enumerate([first, *rest]):
                if i:
                    self.page.put("".join(self.page.words))
                    self.page.words = []
                if line:
                    self.page.words.append(line)
        if self.link:
            self.link[1].append(text)

    def opening(self, tag: Tag) -> None:
        name = tag.name
        if name not in _VOID and (tag.get("hidden") is not None or _HIDDEN.search(tag.get("style") or "")):
            self.hidden = (name, 1)
            return
        self.block(name)
        if name == "br":
            self.page.end_line(gap=not self.page.words)
        elif name == "hr":
            self.page.put("-" * 20)
            self.page.end_line(gap=True)
        elif name == "img" and (alt := (tag.get("alt") or "").strip()):
            self.text(f"[{alt}]")
        elif name == "a":
            self.closing("a")
            href = (tag.get("href") or "").strip()
            self.link = (href, []) if _LINKED.match(href) else None
        elif name in ("ul", "ol"):
            self.page.enter(name, "")
            self.page.numbers.append(0)
        elif name == "li":
            self.page.item()
        elif name == "blockquote":
            self.page.enter(name, "> ")
        elif name == "pre":
            self.pre += 1
        elif name in ("table", "tr", "td", "th"):
            self.table(name)

    def closing(self, name: str) -> None:
        if name == "a":
            self.end_link()
        elif name in ("ul", "ol", "li", "blockquote"):
            self.page.end_line()
            self.page.leave(name)
        elif name == "pre":
            self.pre = max(self.pre - 1, 0)
        elif name in ("td", "th", "tr") and self.tables:
            self.end_cell()
        elif name == "table" and self.flat_tables:
            self.flat_tables -= 1
        elif name == "table" and self.tables:
            self.end_table()
        self.block(name)

    def block(self, name: str) -> None:
        if name in _PARAGRAPHS and not (name in ("ul", "ol") and self.page.numbers):
            self.page.end_line(gap=True)
        elif name in _BLOCKS or name in _PARAGRAPHS:
            self.page.end_line()

    def end_link(self) -> None:
        if self.link is None:
            return
        href, texts = self.link
        self.link = None
        shown = " ".join("".join(texts).split())
        if shown and shown.rstrip("/") in (href.rstrip("/"), href.partition(":")[2].lstrip("/").rstrip("/")):
            return
        self.page.space = True
        self.page.write(f"<{href}>")

    def table(self, name: str) -> None:
        if name == "table":
            if len(self.tables) >= _MAX_TABLES:
                self.flat_tables += 1
            else:
                self.tables.append((self.page, [], self.in_cell))
                self.in_cell = False
            return
        if not self.tables or self.flat_tables:
            self.page.end_line()
            return
        self.end_cell()
        rows = self.tables[-1][1]
        if name == "tr" or not rows:
            rows.append([])
        if name != "tr":
            self.page = _Page()
            self.in_cell = True

    def end_cell(self) -> None:
        if self.in_cell and self.tables and not self.flat_tables:
            self.page.end_line()
            page, rows, _ = self.tables[-1]
            rows[-1].append("\n".join(self.page.lines))
            self.page = page
            self.in_cell = False

    def end_table(self) -> None:
        self.end_cell()
        self.page, rows, self.in_cell = self.tables.pop()
        for line in _table_lines(rows):
            self.page.put(line)
        self.page.end_line(gap=True)

    def finish(self) -> str:
        self.end_link()
        self.flat_tables = 0
        while self.tables:
            self.end_table()
        self.page.end_line()
        return "\n".join(self.page.lines).strip("\n")


def _table_lines(rows: list[list[str]]) -> list[str]:
    """Columns where the cells are short, else cell under cell, as letters that are laid out by tables are read."""
    rows = [row for row in rows if any(row)]
    widths: list[int] = []
    for row in rows:
        widths += [0] * (len(row) - len(widths))
        widths[: len(row)] = [max(pair) for pair in zip(widths, map(len, row), strict=False)]
    if not any("\n" in cell for row in rows for cell in row) and sum(widths) + 2 * len(widths) <= _MAX_TABLE_WIDTH:
        return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return [line for row in rows for cell in row if cell for line in cell.split("\n")]

"""The words of an html page, as one line: what a list shows of a letter and what a search finds.

By patterns that go through the page once, whatever is broken in it: a mailbox has many letters, and some are hostile.
"""

from __future__ import annotations

import html as _html
import re

_BLOCKS = (
    "address|article|aside|blockquote|br|caption|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|img|"
    "li|main|nav|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul|video"
)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<head\b.*?(?:</head\b[^<>]*>?|(?=<body\b)|\Z)|<(script|style|title|noscript|template)\b.*?(?:</\1\b[^<>]*>?|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK = re.compile(rf"</?(?:{_BLOCKS})\b[^<>]*>?", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-z][^<>]*>?", re.IGNORECASE)
_HREF = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']?(http[^\"'\s<>]+)", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#[0-9]{8,};?")  # beyond Unicode, and beyond what int() takes


def words_of(html: str) -> str:
    """The page's words with one space between them."""
    seen = _TAG.sub("", _BLOCK.sub(" ", _UNSEEN.sub(" ", html)))
    return one_line(_html.unescape(_HUGE_NUMBER.sub("\ufffd", seen)))


def links_of(html: str) -> list[str]:
    """Where its links lead, those of the web alone."""
    return [_html.unescape(link) for link in _HREF.findall(html)]


def one_line(text: str) -> str:
    """Without what cannot be printed, and with one space where there was any."""
    if not text.isprintable():
        for char in _UNPRINTED:
            text = text.replace(char, " ")
    return " ".join(text.split())


_UNPRINTED = (*map(chr, range(9)), *map(chr, range(14, 28)), "\x7f", "\xad", "\ufeff", *map(chr, range(0x200B, 0x2010)))

"""Which features of html and CSS a page uses, by their names at caniemail.com, and how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from ....message.html_tokens import Tag, tokens

_ELEMENTS = {
    **{name: "html-object" for name in ("object", "embed")},
    **{
        name: "html-semantics"
        for name in (
            *("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav"),
            *("section", "summary", "time"),
        )
    },
    **{
        name: f"html-{name}"
        for name in (
            *("audio", "base", "dialog", "form", "hr", "link", "meter", "picture", "progress", "select", "style"),
            *("svg", "textarea", "video"),
        )
    },
    "map": "html-image-maps",
}
_ATTRIBUTES = {"srcset": "html-srcset", "required": "html-required", "usemap": "html-image-maps"}
_STYLING = {
    **{name: f"css-{name}" for name in ("background", "border", "height", "padding", "width")},
    "bgcolor": "css-background-color",
}
"""Attributes that do what a property of CSS does."""
_KINDS = {"input": ("checkbox", "hidden", "radio", "submit", "text"), "button": ("reset", "submit")}
_IMAGES = {"tif": "tiff"}
_STYLE = re.compile(r"<style\b[^<>]*>(.*?)(?:</style\b|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PROPERTY = re.compile(r"(?:^|[;{\s])([a-z-]+)\s*:", re.IGNORECASE)
_DISPLAY = re.compile(r"display\s*:\s*(flex|grid|none)\b", re.IGNORECASE)
_FUNCTION = re.compile(r"\b(rgba?|calc|[a-z]+-gradient)\(", re.IGNORECASE)
_UNIT = re.compile(r"\b\d+(ch|rem|vh|vmax|vmin|vw)\b|:\s?(initial)\b", re.IGNORECASE)
_AT_RULE = re.compile(r"@(font-face|import|keyframes|media|supports)\b", re.IGNORECASE)
_PSEUDO = re.compile(r"::?([a-z-]+)", re.IGNORECASE)
_PSEUDO_ELEMENTS = {"after", "before", "first-letter", "first-line", "marker", "placeholder"}
_PROPERTIES_BY_TWO = {
    f"{name}-{end}": f"css-{name}-start-end"
    for name in ("margin-block", "margin-inline", "padding-block", "padding-inline")
    for end in ("start", "end")
}


def features(html: str, known: Collection[str]) -> tuple[Counter[str], int]:
    """How often the page uses each of the features that are known, and how many elements it has."""
    found: Counter[str] = Counter()
    elements = 0
    whole = "</body>" in html.lower()
    for token in tokens(html):
        if isinstance(token, Tag) and not token.closing:
            elements += token.name not in ("html", "head", "meta", *(() if whole else ("body",)))
            found.update(_of_tag(token))
    found["html-body"] = int(whole)
    for block in _STYLE.findall(html):
        style = _COMMENT.sub(" ", block)
        found.update(_of_style(style))
        found.update(f"css-at-{name.lower()}" for name in _AT_RULE.findall(style))
        found.update(map(_pseudo, _PSEUDO.findall(style)))
    return Counter({slug: count for slug, count in found.items() if count and slug in known}), elements


def _of_tag(tag: Tag) -> Iterator[str]:
    if tag.name in _ELEMENTS:
        yield _ELEMENTS[tag.name]
    if (kind := (tag.get("type") or "").lower()) in _KINDS.get(tag.name, ()):
        yield f"html-{tag.name}-{kind}"
    if tag.name == "a" and (tag.get("href") or "").startswith("#"):
        yield "html-anchor-links"
    if tag.name == "img":
        yield from _of_image((tag.get("src") or "").lower())
    for attribute in tag.attributes:
        if attribute.name == "style":
            yield from set(_of_style(attribute.value))
        elif name := _ATTRIBUTES.get(attribute.name) or _STYLING.get(attribute.name):
            yield name


def _of_image(src: str) -> Iterator[str]:
    if src.startswith("data:image/"):
        yield "image-base64"
    elif ending := re.search(r"\.([a-z0-9]+)$", src):
        yield f"image-{_IMAGES.get(ending[1], ending[1])}"


def _of_style(style: str) -> Iterator[str]:
    for name in map(str.lower, _PROPERTY.findall(style)):
        yield _PROPERTIES_BY_TWO.get(name, f"css-{name}")
    for value in _DISPLAY.findall(style):
        yield f"css-display-{value.lower()}"
    for name in map(str.lower, _FUNCTION.findall(style)):
        yield "css-unit-calc" if name == "calc" else f"css-{name}"
    for unit, initial in _UNIT.findall(style):
        yield f"css-unit-{(unit or initial).lower()}"
    yield from ["css-important"] * style.lower().count("!important")


def _pseudo(name: str) -> str:
    name = name.lower()
    return f"css-pseudo-{'element' if name in _PSEUDO_ELEMENTS else 'class'}-{name}"

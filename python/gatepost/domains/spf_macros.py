"""Macros in SPF records (RFC 7208 §7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

_MACRO = re.compile(r"%(?:\{([slodiphcrtv])([0-9]*)(r?)([-.+,/_=]*)\}|([%_-]))", re.IGNORECASE)
_ESCAPES = {"%": "%", "_": " ", "-": "%20"}


def check_macros(text: str, letters: str) -> str:
    """What is wrong with the macros of a text, of which only `letters` may be used; "" where nothing is."""
    for found in _MACRO.finditer(text):
        if found[1] and (found[1].lower() not in letters or found[2].strip("0") == "" != found[2]):
            return found[0]
    rest = _MACRO.sub("", text)
    at = rest.find("%")
    return rest[at : at + 8] if at >= 0 else ""


def expand(text: str, value: Callable[[str], str]) -> str:
    """The text with its macros put in; `value` knows what stands for a letter. The text must pass check_macros()."""

    def replace(found: re.Match[str]) -> str:
        if found[5]:
            return _ESCAPES[found[5]]
        parts = re.split(f"[{re.escape(found[4] or '.')}]", value(found[1].lower()))
        if found[3]:
            parts.reverse()
        if 0 < len(found[2].lstrip("0")) < 4:  # of no name are there a thousand parts
            parts = parts[-int(found[2]) :]
        joined = ".".join(parts)
        return quote(joined, safe="-._~") if found[1].isupper() else joined

    return _MACRO.sub(replace, text)

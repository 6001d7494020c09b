"""The gate for words of strangers (replies, cells, records, subjects): shown by a terminal or a log, never obeyed."""

from __future__ import annotations

import re

# C0 but tab and line feed, DEL, C1, and the marks that turn the order of letters or end a line: those of the core too.
OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """The text with "?" in the place of each character that a terminal would obey; tabs and line feeds stay."""
    return OBEYED.sub("?", text)


def escaped(json_text: str) -> str:
    r"""JSON in which such characters stand as \uXXXX: the same values for every reader, harmless on a terminal."""
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)

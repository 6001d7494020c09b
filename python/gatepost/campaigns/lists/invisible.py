"""Characters that people bring with them from web pages and tables and do not see."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def without_invisible(text: str) -> str:
    """The text with spaces of every kind as spaces, and nothing of no width."""
    return text if text.isascii() else _SPACES.sub(" ", _UNSEEN.sub("", text))

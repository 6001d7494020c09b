"""What a server said of an account, apart from what it means: that is said in the reader's language."""

from __future__ import annotations

import re

from .. import _core
from ..codes import category_words
from ..language import language

_DESCRIBED = re.compile(r"(?P<said>(?P<phase>\w+): .*) \((?P<category>[a-z_]+): .*\)", re.DOTALL)


def said_and_meaning(words: str) -> tuple[str, str]:
    """The server's words with their phase, and what they mean and what to do, or "", of what a failure describes."""
    found = _DESCRIBED.fullmatch(words)
    if found is None:
        return words, ""
    try:
        permanence = _core.category_info(found["category"])["permanence"]
        meaning = category_words(found["category"], found["phase"], permanence, language())
    except (KeyError, ValueError):
        return words, ""
    return found["said"], f"{meaning['cause']} {meaning['remedy']}"

"""X-Campaign-Id from a campaign's name: Latin letters, digits, _ and - only."""

from __future__ import annotations

import hashlib
import re

_ONE_LETTER = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
_LATIN = {**_ONE_LETTER, "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}
_LATIN |= {"ъ": "", "ь": ""}


def campaign_id_of(name: str) -> str:
    """The name itself where it fits the alphabet, else a Latin slug of it."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return name
    latin = "".join(_LATIN.get(c, c) for c in name.lower())
    slug = re.sub(r"[^a-z0-9_-]+", "-", latin).strip("-")
    return slug or "campaign-" + hashlib.sha256(name.encode()).hexdigest()[:8]

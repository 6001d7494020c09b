"""Numbers and times for people."""

from __future__ import annotations

import time
from functools import cache

from .. import _core

STATUS_WORDS = {
    "accepted": "accepted by the server",
    "refused": "refused for good",
    "retrying": "put off, will be tried again",
    "queued": "not sent yet",
    "sending": "being sent",
    "unknown": "in doubt: sent, but no reply was seen",
    "suppressed": "left out: on the suppression list",
    "invalid": "left out: bad address or row",
    "duplicate": "left out: the address stands in an earlier row",
    "expired": "given up: still put off when the retries were used up",
}


def moment(at: float, now: float | None = None) -> str:
    """A time of day, with the date where it is not today."""
    local = time.localtime(at)
    same_day = local[:3] == time.localtime(time.time() if now is None else now)[:3]
    return time.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M", local)


def count(n: int, noun: str) -> str:
    """ "1 letter", "2,000 letters"."""
    return f"{n:,} {noun if n == 1 else noun + 's'}"


@cache
def category_words(category: str, local: bool = False) -> tuple[str, str]:
    """(cause, remedy) of a category, a sentence each. `local`: no server was asked."""
    try:
        info = _core.category_info(category)
    except (KeyError, ValueError):
        return "", ""
    return (info["local_cause"], info["local_remedy"]) if local else (info["cause"], info["remedy"])

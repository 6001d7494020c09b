"""Numbers and times for people."""

from __future__ import annotations

import time

from .. import _core
from ..codes import category_words
from ..language import language
from ..store import Waiting

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
    "expired": "not sent: its time or its retries were over, or it left the list",
}


def moment(at: float, now: float | None = None) -> str:
    """A time of day, with the date where it is not today."""
    local = time.localtime(at)
    same_day = local[:3] == time.localtime(time.time() if now is None else now)[:3]
    return time.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M", local)


def waiting_words(waiting: Waiting, now: float) -> str:
    """ "1,200 recipients wait for the send window, the first until 09:00:00"."""
    wait = "waits" if waiting.recipients == 1 else "wait"
    until = "" if waiting.next_at is None else f", the first until {moment(max(waiting.next_at, now), now)}"
    return f"{count(waiting.recipients, 'recipient')} {wait} {waiting.why.removeprefix('waits ')}{until}"


def count(n: int, noun: str) -> str:
    """ "1 letter", "2,000 letters"."""
    return f"{n:,} {noun if n == 1 else noun + 's'}"


def cause_and_remedy(category: str, local: bool = False) -> tuple[str, str]:
    """(cause, remedy) of a category, a sentence each; both empty for one that this version does not know.

    `local`: no server was asked.
    """
    try:
        usual = _core.category_info(category)["permanence"]
        words = category_words(category, "local" if local else "final", usual, language())
    except ValueError:
        return "", ""
    return words["cause"], words["remedy"]

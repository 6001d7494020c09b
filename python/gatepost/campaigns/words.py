"""Numbers and times for people."""

from __future__ import annotations

import time

from .. import _core
from ..codes import category_words
from ..language import gettext as _
from ..language import language, ngettext
from ..store import Waiting

N_ = str
"""Marks a text that is translated where it is shown."""

STATUS_WORDS = {
    "accepted": N_("accepted by the server"),
    "refused": N_("refused for good"),
    "retrying": N_("put off, will be tried again"),
    "queued": N_("not sent yet"),
    "sending": N_("being sent"),
    "unknown": N_("in doubt: sent, but no reply was seen"),
    "suppressed": N_("left out: on the suppression list"),
    "invalid": N_("left out: bad address or row"),
    "duplicate": N_("left out: the address stands in an earlier row"),
    "expired": N_("not sent: its time or its retries were over, or it left the list"),
}
STATE_WORDS = {
    "new": N_("new"),
    "importing": N_("importing"),
    "running": N_("running"),
    "paused": N_("paused"),
    "done": N_("done"),
    "cancelled": N_("cancelled"),
    "deleted": N_("deleted"),
}


def moment(at: float, now: float | None = None) -> str:
    """A time of day, with the date where it is not today."""
    local = time.localtime(at)
    same_day = local[:3] == time.localtime(time.time() if now is None else now)[:3]
    return time.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M", local)


def waiting_words(waiting: Waiting, now: float) -> str:
    """ "1,200 recipients wait for the send window, the first until 09:00:00." """
    words = ngettext("{recipients} waits for {what}", "{recipients} wait for {what}", waiting.recipients)
    said = words.format(recipients=count(waiting.recipients, "recipient"), what=_awaited(waiting.why))
    if waiting.next_at is None:
        return f"{said}."
    at = moment(max(waiting.next_at, now), now)
    return f"{said}, " + _("the first until {moment}.").format(moment=at)


def _awaited(why: str) -> str:
    """What somebody waits for, as the ledger keeps it, in words for people."""
    what = why.removeprefix("waits for ")
    kind, _space, name = what.partition(" ")
    if kind == "domain":
        return _("domain {name}, paused by hand").format(name=name.partition(",")[0])
    if kind == "account":
        return _("account {account}").format(account=name)
    return {"the send window": _("the send window"), "its turn": _("its turn")}.get(what, what)


def count(n: int, noun: str) -> str:
    """ "1 letter", "2,000 letters"."""
    match noun:
        case "letter":
            words = ngettext("{count} letter", "{count} letters", n)
        case "recipient":
            words = ngettext("{count} recipient", "{count} recipients", n)
        case "row":
            words = ngettext("{count} row", "{count} rows", n)
        case "worker":
            words = ngettext("{count} worker", "{count} workers", n)
        case _:
            words = "{count} " + (noun if n == 1 else f"{noun}s")
    return words.format(count=f"{n:,}")


def status_words(status: str) -> str:
    """What the state of a recipient means."""
    return _(STATUS_WORDS[status])


def state_words(state: str) -> str:
    """The state of a campaign."""
    return _(STATE_WORDS.get(state, state))


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

"""A campaign that somebody pauses or cancels, and who that was."""

from __future__ import annotations

import getpass
import secrets
import socket

from ...language import gettext as _
from ...store import Event, EventKind


def by_hand(state: str, why: str) -> str:
    """ "asked to by pause(), ivan on desk: the boss says so"."""
    try:
        who = f"{getpass.getuser()} on {socket.gethostname()}"
    except (KeyError, OSError):  # a user id without a name
        who = socket.gethostname()
    call = "cancel()" if state == "cancelled" else "pause()"
    words = _("asked to by {call}, {who}: {why}") if why else _("asked to by {call}, {who}")
    return words.format(call=call, who=who, why=why)


def ended_by_hand(campaign: str, words: str, at: float) -> Event:
    """As the history keeps it, for a run that ends for it and for those who look later."""
    return Event(f"run_ended:{secrets.token_hex(8)}", at, EventKind.RUN_ENDED, campaign=campaign, detail=words)

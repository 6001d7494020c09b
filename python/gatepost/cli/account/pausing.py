"""gatepost account pause, resume."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Annotated

import typer

from ...errors import InputError
from ...language import gettext as _
from ..output import console, spoken_errors
from .common import Name, opened

_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400, "day": 86_400, "days": 86_400,
          "с": 1, "мин": 60, "м": 60, "ч": 3600, "час": 3600, "часа": 3600, "часов": 3600,
          "д": 86_400, "дн": 86_400, "день": 86_400, "дня": 86_400, "дней": 86_400}  # fmt: skip
_PART = r"(\d+(?:\.\d+)?)\s*([a-zа-я]+)\s*"


def moment_of(text: str, now: float) -> float:
    """ "2h", "30 min", "3 days", "18:00", "2026-12-01" or "2026-12-01 18:00" as Unix seconds."""
    if re.fullmatch(rf"(?:{_PART})+", given := text.strip().lower()):
        parts = re.findall(_PART, given)
        if all(unit in _UNITS for _, unit in parts):
            return now + sum(float(number) * _UNITS[unit] for number, unit in parts)
    elif found := re.fullmatch(r"(\d\d?):(\d\d)", text.strip()):
        try:
            today = datetime.fromtimestamp(now).replace(hour=int(found[1]), minute=int(found[2]), second=0)
            return today.timestamp() + (86_400 if today.timestamp() <= now else 0)
        except ValueError:
            pass
    else:
        try:
            at = datetime.fromisoformat(text.strip()).timestamp()
        except (ValueError, OverflowError):
            at = now
        if at > now:
            return at
    raise InputError(
        _("--until {given}: a time to come, as 2h, '1 h 30 min', 18:00 or '2026-12-01 18:00'").format(given=repr(text))
    )


def pause(
    name: Name,
    why: Annotated[str, typer.Option(help="The reason; others will read it.")] = "",
    until: Annotated[
        str | None, typer.Option(help="2h, '30 min', 18:00, 2026-12-01; default: until somebody resumes it.")
    ] = None,
) -> None:
    """Let nothing go through an account, in no process, until then."""
    with spoken_errors():
        accounts = opened()
        accounts.pause(name, why, until=None if until is None else moment_of(until, time.time()))
        console.print(_("Account {name} is {state}.").format(name=name, state=accounts.state(name).in_words()))


def resume(name: Name) -> None:
    """Let letters go through an account again."""
    with spoken_errors():
        accounts = opened()
        accounts.resume(name)
        console.print(_("Account {name} is {state}.").format(name=name, state=accounts.state(name).in_words()))

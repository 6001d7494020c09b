"""Time zones as lists and people name them."""

from __future__ import annotations

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from ..errors import InputError

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")
_MOST = timedelta(hours=14)


@cache
def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name, whatever its case, or of an offset such as "+03:00" or "UTC+3"; else InputError."""
    text = name.strip()
    if found := _OFFSET.fullmatch(text.upper()):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if offset <= _MOST:
            return timezone(-offset if found[1] == "-" else offset)
    if (known := _names().get(text.casefold())) is not None:
        return ZoneInfo(known)
    raise InputError(f"timezone {text[:60]!r} is not known; write an IANA name such as Europe/Moscow, or UTC+3")


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}

"""When a letter was written, as a caller says it and as its header shows it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .. import arguments
from ..errors import InputError


class Moment(NamedTuple):
    """Unix seconds, and the zone in which a Date header shows them: [+-]hhmm, "-0000" for one that is unknown."""

    seconds: float
    zone: str


def read_date(date: datetime | float | str | None) -> Moment:
    """The `date=` of a letter; None is now. A datetime keeps its zone, one without a zone is local time; a text is the
    value of a Date header (RFC 5322 §3.3), as `email.utils.formatdate` writes it; seconds are shown in UTC."""
    if date is None:
        return Moment(float(int(time.time())), "+0000")  # a letter's date has whole seconds
    if isinstance(date, str):
        return _of_text(arguments.text("date", date))
    seconds = arguments.moment("date", date)
    if not isinstance(date, datetime):
        return Moment(seconds, "+0000")
    try:
        offset = date.astimezone().utcoffset() if date.tzinfo is None else date.utcoffset()
    except (ValueError, OverflowError, OSError):
        offset = None
    return Moment(seconds, _zone(offset or timedelta()))


def _zone(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)  # a header has no seconds there, as some zones of old had
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{rest:02}"


def _of_text(text: str) -> Moment:
    try:
        said = parsedate_to_datetime(text)  # without a zone where that is unknown
        moment = arguments.moment("date", said.replace(tzinfo=said.tzinfo or UTC))
    except (ValueError, TypeError, IndexError, OverflowError):
        refusal = arguments.refuse("date", "a datetime or Unix seconds", text)
        raise InputError(f"{refusal}; a text is a date of RFC 5322: Sat, 22 Nov 2025 08:27:37 +0300") from None
    return Moment(moment, "-0000" if said.tzinfo is None else _zone(said.utcoffset() or timedelta()))

"""Times as JSON has them, and dates as people type them into a search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo


def zone_of(name: str) -> tzinfo | None:
    """The time zone of this name; None, which is that of the machine, where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def read_date(text: str, zone: tzinfo | None) -> float | None:
    """Unix seconds of a date that somebody typed, in that zone where it names none; None where it is no date."""
    from dateutil.parser import parse

    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) in (10, 13):
        return int(text) / (1000 if len(text) == 13 else 1)
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    try:
        found = parse(text, default=midnight)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        return None


def as_json_time(moment: datetime) -> str:
    """RFC 3339 with as many digits of a second as are needed: "2026-11-30T18:57:16.25Z"."""
    whole = moment.replace(microsecond=0).isoformat().removesuffix("+00:00")
    fraction = f".{moment.microsecond:06d}".rstrip("0").rstrip(".")
    if not moment.utcoffset():
        return f"{whole}{fraction}Z"
    return f"{whole[:-6]}{fraction}{whole[-6:]}"


def from_unix(seconds: float) -> datetime:
    """To the millisecond, in UTC."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=round(seconds * 1000))

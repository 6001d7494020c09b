"""Moments as people give and read them: dates, ISO text and Unix seconds in; times of one zone out."""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from .. import arguments
from ..errors import InputError

Moment = datetime | date | str | float
"""A point in time. What carries no zone is meant in the zone of the `History`."""


def zone_named(name: str | None) -> ZoneInfo:
    """The IANA zone of this name; None: the zone of this machine, or UTC where it has none. InputError otherwise."""
    if name is None:
        try:
            return ZoneInfo(_machine_zone())
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo("UTC")
    try:
        return ZoneInfo(arguments.text("timezone", name))
    except InputError:
        raise
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(f"timezone {name!r} is not known; write an IANA name such as Europe/Moscow") from None


def to_unix(name: str, moment: Moment | None, zone: ZoneInfo, *, end: bool = False) -> float | None:
    """Unix seconds. A date without a time is the start of its day, with `end` the end of it.

    InputError names the argument.
    """
    if moment is None:
        return None
    if isinstance(moment, str):
        moment = _parse(name, moment)
    if isinstance(moment, datetime):
        return arguments.moment(name, moment if moment.tzinfo else moment.replace(tzinfo=zone))
    if isinstance(moment, date):
        try:
            day = moment + timedelta(days=1) if end else moment
        except OverflowError:
            raise arguments.refuse(name, "a date from 1685 to 2254", moment) from None
        return arguments.moment(name, datetime.combine(day, time(), zone))
    return arguments.moment(name, moment)


def as_datetime(column: str, zone: ZoneInfo) -> pl.Expr:
    """A column of Unix seconds as datetimes of `zone`, to the microsecond."""
    microseconds = (pl.col(column) * 1e6).round().cast(pl.Int64)
    return microseconds.cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone.key)


def _parse(name: str, text: str) -> datetime | date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        hint = "write it as 2026-10-31 or 2026-10-31T18:30"
        raise InputError(f"{name}: {text!r} is not an ISO date or time; {hint}") from None


def _machine_zone() -> str:
    named = os.environ.get("TZ", "").lstrip(":")
    return named or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2] or "UTC"

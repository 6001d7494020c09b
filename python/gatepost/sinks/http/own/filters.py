"""The filters of letters as a query names them."""

from __future__ import annotations

from typing import TypedDict

from ..calls import Call, CallError

FILTERS: dict[str, tuple[type, str]] = {
    "to": (str, "Glob that one of the recipients matches; * by default"),
    "from": (str, "Glob that MAIL FROM matches; * by default"),
    "subject": (str, "Part of the decoded subject"),
    "after": (int, "Id of a letter; only those that came later. 0 by default, which means all"),
}


class Filters(TypedDict):
    """The arguments of `sink.select`."""

    to: str
    from_: str
    subject: str
    after: int


def filters_of(call: Call) -> Filters:
    """What the query says."""
    query = call.query
    return {
        "to": query.get("to", "*"),
        "from_": query.get("from", "*"),
        "subject": query.get("subject", ""),
        "after": number_in(call, "after", 0),
    }


def number_in(call: Call, name: str, default: int) -> int:
    """A whole number of the query or the path."""
    text = call.query.get(name) or call.path.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise CallError(f"{name} takes a whole number, not {text[:40]!r}")
    return int(text)


def seconds_in(call: Call, name: str, default: float, most: float) -> float:
    """Seconds from 0 to `most`."""
    text = call.query.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise CallError(f"{name} takes seconds from 0 to {most:g}, not {text[:40]!r}")
    return value

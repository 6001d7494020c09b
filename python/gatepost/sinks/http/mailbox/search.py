"""Searches as Mailpit reads them: words, "phrases", prefixes (to:, subject:, is:, has:, before: ...), - for not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo

from .dates import read_date, zone_of
from .entry import Entry
from .summary import for_search

Filter = Callable[[Entry], bool]

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s?(k|kb|m|mb)?")
_UNITS = {None: 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20}
_ADDRESSES = ("to", "from", "cc", "bcc", "reply-to")
_FLAGS: dict[str, Filter] = {
    "is:read": lambda entry: entry.read,
    "is:unread": lambda entry: not entry.read,
    "is:tagged": lambda entry: bool(entry.tags),
    "has:inline": lambda entry: entry.summary.inline > 0,
    "has:inlines": lambda entry: entry.summary.inline > 0,
    "has:attachment": lambda entry: entry.summary.attachments > 0,
    "has:attachments": lambda entry: entry.summary.attachments > 0,
}


@dataclass(slots=True)
class Query:
    """What a letter has to pass."""

    words: list[str] = field(default_factory=list)
    """Its text has to hold all of them."""
    absent: list[str] = field(default_factory=list)
    """Its text must hold none of them."""
    filters: list[Filter] = field(default_factory=list)


def read_query(text: str, zone: str) -> Query:
    """The query that somebody typed; dates are of that time zone."""
    query = Query()
    for term in _terms(text):
        if not for_search(term):
            continue
        negated = len(term) > 1 and term[0] in "-!"
        one = _read(term[1:] if negated else term, zone_of(zone))
        if isinstance(one, str):
            (query.absent if negated else query.words).append(one)
        elif one:
            query.filters.append(_not(one) if negated else one)
    return query


def _terms(query: str) -> Iterator[str]:
    for match in re.finditer(r'(?:[^" ]|"[^"]*"?)+', query):
        if term := match[0].replace('"', "").strip():
            yield term


def _read(term: str, zone: tzinfo | None) -> Filter | str | None:
    """A filter, or words that the text has to hold; None for what asks for nothing."""
    small = term.lower()
    if small in _FLAGS:
        return _FLAGS[small]
    prefix, colon, value = term.partition(":")
    prefix, sought = prefix.lower(), for_search(value)
    if colon and prefix in (*_ADDRESSES, "message-id"):
        return _holds((prefix,), sought)
    if colon and prefix == "subject":
        return _holds((prefix,), value.lower())
    if colon and prefix == "addressed":
        return _holds(_ADDRESSES, sought)
    if colon and prefix == "tag":
        return (lambda entry: any(tag.name.lower() == sought for tag in entry.tags)) if sought else None
    if colon and prefix in ("before", "after"):
        return _date(prefix, sought.upper(), zone)
    if colon and prefix in ("larger", "smaller") and (size := _bytes(sought)):
        larger = prefix == "larger"
        return lambda entry: (entry.summary.size >= size) is larger
    return for_search(term)


def _holds(fields: tuple[str, ...], sought: str) -> Filter | None:
    if not sought:
        return None
    if len(fields) == 1:
        only = fields[0]
        return lambda entry: sought in entry.summary.sought[only]
    return lambda entry: any(sought in entry.summary.sought[one] for one in fields)


def _date(prefix: str, value: str, zone: tzinfo | None) -> Filter | None:
    moment = read_date(value, zone) if value else None
    if moment is None:
        return None
    after, since = prefix == "after", moment
    return lambda entry: (entry.summary.created >= since) is after


def _bytes(value: str) -> int:
    match = _SIZE.fullmatch(value)
    return int(float(match[1]) * _UNITS[match[2]]) if match else 0


def _not(one: Filter) -> Filter:
    return lambda entry: not one(entry)

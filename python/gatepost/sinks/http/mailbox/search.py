"""Searches as Mailpit reads them: words, "phrases", prefixes (to:, subject:, is:, has:, before: ...), - for not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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


def filters(query: str, zone: str, containing: Callable[[str], set[int]]) -> list[Filter]:
    """What a letter has to pass. `containing` gives the ids of letters whose text holds a term."""
    found = []
    for term in _terms(query):
        if not for_search(term):
            continue
        negated = len(term) > 1 and term[0] in "-!"
        if one := _filter(term[1:] if negated else term, zone_of(zone), containing):
            found.append(_not(one) if negated else one)
    return found


def _terms(query: str) -> Iterator[str]:
    for match in re.finditer(r'(?:[^" ]|"[^"]*"?)+', query):
        if term := match[0].replace('"', "").strip():
            yield term


def _filter(term: str, zone: tzinfo | None, containing: Callable[[str], set[int]]) -> Filter | None:
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
    ids = containing(for_search(term))
    return lambda entry: entry.id in ids


def _holds(fields: tuple[str, ...], sought: str) -> Filter | None:
    if not sought:
        return None
    if len(fields) == 1:
        field = fields[0]
        return lambda entry: sought in entry.summary.sought[field]
    return lambda entry: any(sought in entry.summary.sought[field] for field in fields)


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

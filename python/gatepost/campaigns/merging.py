"""What a mended or longer list changes in a ledger: who is new, who is corrected, who has the letter already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from operator import eq
from typing import Any, NamedTuple

from ..language import gettext as _
from ..store import REMOVED, NewRecipient, Place, Status, Store
from .lists.addresses import address_key
from .words import count

_OUT = (Status.INVALID, Status.DUPLICATE)
_KEPT = (Status.ACCEPTED, Status.UNKNOWN, Status.SENDING)
_GIVEN_UP = (Status.REFUSED, Status.EXPIRED)


class _Known(NamedTuple):
    """A row of the ledger."""

    row: int
    line: int | None  # in the list as given up to now
    email: str
    address: str
    status: Status
    detail: str
    fields: str

    @property
    def given_up(self) -> bool:
        return self.status in _GIVEN_UP and not self.removed

    @property
    def removed(self) -> bool:
        """An earlier list was given without it."""
        return self.status is Status.EXPIRED and self.detail == REMOVED


@dataclass(slots=True)
class ListChanges:
    """Rows to write, and how many of the list need nothing written."""

    added: list[NewRecipient] = field(default_factory=list)
    changed: list[NewRecipient] = field(default_factory=list)
    taken_out: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    new: int = 0
    corrected: int = 0
    withdrawn: int = 0
    have_it: int = 0
    in_doubt: int = 0
    given_up: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.taken_out)

    @property
    def to_send(self) -> int:
        """Recipients that are queued by it."""
        return sum(one.status is Status.QUEUED for one in (*self.added, *self.changed))

    def sentences(self) -> list[str]:
        """For people; nothing where the list brings nothing."""
        if not self:
            return []
        first = _("The list is another: {new} new, {corrected} corrected.")
        said = [first.format(new=f"{self.new:,}", corrected=f"{self.corrected:,}")]
        for n, words in (
            (self.have_it, _("{recipients} got the letter already and will not get it again.")),
            (self.in_doubt, _("{recipients} may have got it already (unknown): not sent again.")),
            (
                self.given_up,
                _("{recipients} refused or given up before: not tried again; failed().resend() does that."),
            ),
            (self.withdrawn, _("{recipients} no longer in the list: not sent to.")),
        ):
            if n:
                said.append(words.format(recipients=count(n, "recipient")))
        return said


def with_row_keys(rows: Iterable[NewRecipient], row_key: str, places: Mapping[int, int]) -> Iterator[NewRecipient]:
    """The rows of a list, those whose key stood in an earlier row marked as duplicates."""
    if not row_key:
        yield from rows
        return
    first: dict[str, int] = {}
    for one in rows:
        key = _key_of(one.fields, row_key)
        if one.status not in _OUT and key:
            earlier = first.setdefault(key, one.row)
            if earlier != one.row:
                one = one._replace(
                    status=Status.DUPLICATE, detail=f"same {row_key} as row {places.get(earlier, earlier)}"
                )
        yield one


def same_rows(store: Store, campaign_id: int, rows: Sequence[NewRecipient], places: Mapping[int, int]) -> bool:
    """Whether the ledger was made of exactly these rows."""
    frame = store.results(campaign_id, ["line", "email", "fields"])
    known = frame.iter_rows()
    given = ((places.get(new.row, new.row), new.email, new.fields) for new in rows)
    return frame.height == len(rows) and all(map(eq, known, given))


def compare(
    store: Store, campaign_id: int, rows: Sequence[NewRecipient], row_key: str, places: Mapping[int, int]
) -> ListChanges:
    """What this list changes in the ledger. `places`: where rows stand whose number does not say so.

    A recipient is known by its key, where the list has a column of keys, or by its address. A row that was left out for
    what it holds, or refused, makes way for the one that stands in its place, where the list does not have it any more.
    """
    return _Comparison(store, campaign_id, rows, row_key, places).run()


class _Comparison:
    def __init__(
        self, store: Store, campaign_id: int, rows: Sequence[NewRecipient], row_key: str, places: Mapping[int, int]
    ) -> None:
        self._rows, self._row_key, self._places = rows, row_key, places
        frame = store.results(campaign_id, ["row", "line", "email", "address", "status", "detail", "fields"])
        self._known = {one.row: one for one in starmap(_known, frame.iter_rows())}
        self._at: dict[int, list[_Known]] = {}
        for one in self._known.values():
            if one.line is not None and one.status in (*_OUT, *_GIVEN_UP):
                self._at.setdefault(one.line, []).append(one)
        named = [one for one in self._known.values() if one.address and one.status is not Status.DUPLICATE]
        self._by_address = {address_key(one.address): one for one in named}
        self._by_key = {key: one for one in named if (key := _key_of(one.fields, row_key))}
        self._in_list = {address_key(one.address) for one in rows if one.status not in _OUT}
        self._left_out_again = {(one.email, one.fields) for one in rows if one.status in _OUT}
        self._left_out: dict[tuple[str, str], list[int]] = {}
        for one in self._known.values():
            if one.status in _OUT:
                self._left_out.setdefault((one.email, one.fields), []).append(one.row)
        self._next = max([*self._known, *(one.row for one in rows)], default=0) + 1
        self._matched: set[int] = set()
        self._used: set[int] = set()  # row numbers of what is added
        self._found = ListChanges()

    def run(self) -> ListChanges:
        others, left_out = [], []
        for one in self._rows:
            if one.status in _OUT:
                left_out.append(one)
            elif (known := self._by_key.get(_key_of(one.fields, self._row_key))) is not None:
                self._again(one, known)
            else:
                others.append(one)
        for one in others:
            known = self._by_address.get(address_key(one.address))
            if known is not None and (known.row not in self._matched or known.status in _KEPT):
                self._again(one, known)
            else:
                self._new(one)
        for one in left_out:
            self._leave_out(one)
        for known in self._known.values():
            if known.row in self._matched:
                continue
            if known.status not in (*_KEPT, *_GIVEN_UP):
                self._found.taken_out.append(known.row)
                self._found.withdrawn += known.status in (Status.QUEUED, Status.RETRYING)
            if known.line is not None:
                self._found.places.append(Place(known.row, 0))
        return self._found

    def _again(self, one: NewRecipient, known: _Known) -> None:
        found = self._found
        other_address = address_key(one.address) != address_key(known.address)
        if other_address and (other := self._by_address.get(address_key(one.address))) and other.status in _KEPT:
            known = other  # corrected to an address that has its letter
        if known.row not in self._matched:
            self._place(one, known)
        self._matched.add(known.row)
        if known.status is Status.ACCEPTED:
            found.have_it += 1
        elif known.status in _KEPT:
            found.in_doubt += 1
        elif (
            (one.email, one.fields) != (known.email, known.fields)
            or known.removed
            or (known.status is Status.SUPPRESSED and one.status is Status.QUEUED)
        ):
            found.changed.append(one._replace(row=known.row))
            if known.given_up and not other_address:
                found.given_up += 1
            else:
                found.corrected += 1
        elif known.given_up:
            found.given_up += 1

    def _place(self, one: NewRecipient, known: _Known) -> None:
        """Notes where the list has a recipient now, and what it says of that."""
        line = self._places.get(one.row, one.row)
        other = one.detail if one.status is known.status and one.detail != known.detail else None
        if line != known.line or other is not None:
            self._found.places.append(Place(known.row, line, other))

    def _new(self, one: NewRecipient) -> None:
        if self._takes_place(one):
            self._found.corrected += 1
        else:
            self._add(one)
            self._found.new += 1

    def _leave_out(self, one: NewRecipient) -> None:
        if rows := self._left_out.get((one.email, one.fields)):
            self._matched.add(rows[0])
            self._place(one, self._known[rows.pop(0)])
        elif not self._takes_place(one):
            self._add(one)

    def _takes_place(self, one: NewRecipient) -> bool:
        """Whether who stood there has no letter and makes way."""
        for known in self._at.get(self._places.get(one.row, one.row), ()):
            again = (known.email, known.fields) in self._left_out_again or address_key(known.address) in self._in_list
            if known.row not in self._matched and not again:
                self._matched.add(known.row)
                self._found.changed.append(one._replace(row=known.row))
                return True
        return False

    def _add(self, one: NewRecipient) -> None:
        row = one.row
        if row in self._known or row in self._used:
            row, self._next = self._next, self._next + 1
        self._used.add(row)
        self._found.added.append(one._replace(row=row))
        if (line := self._places.get(one.row, one.row)) != row:
            self._found.places.append(Place(row, line))


def _known(row: int, line: int | None, email: str, address: str, status: str, detail: str, fields: str) -> _Known:
    return _Known(row, line, email, address, Status(status), detail, fields)


def _key_of(fields: str, row_key: str) -> str:
    if not row_key:
        return ""
    value: Any = json.loads(fields).get(row_key)
    return "" if value is None else str(value)

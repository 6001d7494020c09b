"""What a letter shows where a row leaves a field empty. Rendering tells, not reading the template: a slot shows the
empty value where a mark in its place would stand there and nothing else would differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .template.jinja import Contexts, Part, RowError

_MARKS = ("\ue000", "8")
"""One survives most filters, the other those that encode what is not ASCII."""


class Gap(NamedTuple):
    """A field that the row at `at` leaves empty. `empty_in`: the parts that show nothing in its place."""

    at: int
    field: str
    empty_in: tuple[str, ...]
    fails: bool  # no letter can be made of the row


def find_gaps(parts: Sequence[Part], rows: Sequence[Mapping[str, Any]]) -> Iterator[Gap]:
    """Every field of the parts that is missing, None or empty in a row."""
    for field in dict.fromkeys(name for part in parts for name in part.fields):
        found = [index for index, row in enumerate(rows) if row.get(field) in (None, "")]
        if not found:
            continue
        chosen = [rows[index] for index in found]
        using = [part for part in parts if field in part.fields]
        failed: dict[int, RowError] = {}
        shown = [(part.name, _shows_nothing(part, field, chosen, failed)) for part in using]
        for at, index in enumerate(found):
            yield Gap(index, field, tuple(name for name, empty in shown if at in empty), at in failed)


def _shows_nothing(part: Part, field: str, rows: Sequence[Mapping[str, Any]], failed: dict[int, RowError]) -> set[int]:
    """Rows in which some slot of the part shows the field's empty value."""
    contexts = Contexts(rows)
    marked = [(mark, Contexts([{**row, field: mark} for row in rows])) for mark in _MARKS]
    found: set[int] = set()
    for slot in part.pieces.slots:
        if slot.field == field:
            part.column(slot, contexts, failed)
            found.update(range(len(rows)))
        elif slot.field is None and slot.uses(field):
            texts = part.column(slot, contexts, failed)
            for mark, others in marked:
                found.update(_same_but_for(mark, texts, part.column(slot, others, {})))
    return found - failed.keys()


def _same_but_for(mark: str, texts: Iterable[str], marked: Iterable[str]) -> Iterator[int]:
    for index, (text, with_mark) in enumerate(zip(texts, marked, strict=True)):
        if mark in with_mark and mark not in text and with_mark.replace(mark, "") == text:
            yield index

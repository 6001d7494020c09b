"""From a list as it was read to the rows of the ledger: who gets a letter, who does not and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from ... import _core
from ...store import NewRecipient, Status, Store
from .addresses import address_key
from .chunk import Chunk
from .list_row import ListRow, fields_json
from .mending import Mended, read_cell
from .open_list import OpenList
from .row_options import RowOptions

_TOTALS = re.compile(r"\s*(?:итого|всего|total|sum|количество|записей|строк)\b", re.IGNORECASE)


def ledger_rows(
    recipients: OpenList,
    options: RowOptions,
    store: Store,
    check_columns: Callable[[list[str]], None],
    places: MutableMapping[int, int],
) -> Iterator[NewRecipient]:
    """Every row of the list with its first state. `check_columns` is called with all columns seen, after the last row.

    A row is invalid where its address, its shape or an option of it is bad, a duplicate where its address stood in an
    earlier row. Of a cell with several addresses the first has the row's number, the others are recipients of their
    own with numbers behind the last row; `places` is told in which row each of these stands.
    """
    suppressed = store.suppression_reasons()
    first_row: dict[str, int] = {}
    columns = dict.fromkeys(recipients.columns)

    def state(row: int, email: str, address: str, fields: str, note: str) -> NewRecipient:
        key = address_key(address)
        earlier = first_row.setdefault(key, row)
        if earlier != row:
            return NewRecipient(
                row, email, address, fields, Status.DUPLICATE, f"same address as row {places.get(earlier, earlier)}"
            )
        if key in suppressed:
            return NewRecipient(row, email, address, fields, Status.SUPPRESSED, suppressed[key])
        return NewRecipient(row, email, address, fields, Status.QUEUED, note)

    normalise = _core.normalise_address
    further: list[tuple[int, Mended, str]] = []
    last = 0
    for chunk in recipients.chunks():
        if recipients.ragged:
            columns.update(dict.fromkeys(name for index in range(len(chunk.numbers)) for name in chunk.values(index)))
        problems = {**options.problems(chunk), **chunk.problems}
        cells = chunk.column(recipients.address_column)
        for index, (row, cell, fields) in enumerate(
            zip(chunk.numbers, cells, chunk.fields(recipients.name), strict=True)
        ):
            if not problems or index not in problems:
                try:
                    yield state(row, cell, normalise(cell), fields, "")
                    continue
                except (ValueError, TypeError):
                    pass  # not an address and nothing else
            first, *others = _read(recipients, chunk, index, cell, fields, problems.get(index, ""))
            further += ((row, one, text) for one, text in others)
            one, text = first
            if one.problem:
                yield NewRecipient(row, one.email, "", text, Status.INVALID, one.problem)
            else:
                yield state(row, one.email, one.wire, text, one.note)
        last = max(last, *chunk.numbers)
    for number, (row, one, text) in enumerate(further, last + 1):
        places[number] = row
        if one.problem:
            yield NewRecipient(number, one.email, "", text, Status.INVALID, f"of row {row}: {one.problem}")
        else:
            yield state(number, one.email, one.wire, text, f"of row {row}: {one.note}")
    check_columns(list(columns))


def _read(
    recipients: OpenList, chunk: Chunk, index: int, cell: Any, fields: str, problem: str
) -> list[tuple[Mended, str]]:
    """Whom a row is for, each with its own fields: in the column of addresses stands its own address alone."""
    text = "" if cell is None else str(cell)
    if problem:
        return [(Mended(text, "", problem), fields)]
    found = read_cell(cell)
    if found[0].problem and (not text.strip() or _TOTALS.match(text)):
        found = [found[0]._replace(problem=_without_address(chunk.values(index), found[0].problem))]
    made = []
    for one in found:
        if one.email != text and not one.problem:
            values = {**chunk.values(index), recipients.address_column: one.email}
            made.append((one, fields_json(recipients.name, ListRow(chunk.numbers[index], values))))
        else:
            made.append((one, fields))
    return made


def _without_address(values: dict[str, Any], problem: str) -> str:
    texts = [str(value) for value in values.values() if value is not None and str(value).strip()]
    if not texts:
        return "the row is empty"
    if any(map(_TOTALS.match, texts)):
        return f"{problem}; it looks like a row of totals"
    return problem

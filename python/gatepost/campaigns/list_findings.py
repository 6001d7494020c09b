"""What a dry run has to say of a list and of words that it fills in: recognised, mended, and most likely wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from ..addresses import domain_of
from .check_facts import RowFinding
from .lists.header import folded
from .lists.near import listed
from .lists.typos import likely_domain, mixed_letters
from .spec import CampaignSpec
from .template.leftovers import leftovers
from .words import count

_SHOWN = 5
_FURTHER = re.compile(r"e?mail\d*(?:value|address)?|.*почта\d*")  # columns that may have addresses too, as `folded`
_NOTE = r"^(?:read from |of row \d+: |\d+ addresses in one cell)"  # as the list's reading left it
_DELIMITERS = ",;\t|"


def recognised(source: Mapping[str, Any]) -> list[str]:
    """How the list was read, in words."""
    facts = source.get("recognised", {})
    if not facts:
        return []
    words = [f"{source['name']}: {facts['format']}"]
    if "sheet" in facts:
        words.append(f"sheet {facts['sheet']!r}")
    if "encoding" in facts:
        words.append(facts["encoding"])
    if "delimiter" in facts:
        words.append(f"{facts['delimiter']} between cells")
    if "header_row" in facts:
        row = facts["header_row"]
        words.append(f"row {row} names the columns" if row else "no row names the columns")
    if above := facts.get("rows_above_header"):
        words.append(f"{count(len(above), 'row')} above it left out ({_rows(above)})")
    words.append(f"addresses in column {facts['address_column']!r}")
    used = facts["address_column"]
    others = [column for column in source.get("columns") or () if column != used and _FURTHER.fullmatch(folded(column))]
    if others:
        words.append(f"not used: {listed(others)}")
    found = ["list: " + ", ".join(words)]
    options = source.get("options", {})
    if options:
        named = ", ".join(f"{column!r} ({option})" for option, column in options.items())
        found.append(f"columns with a meaning: {named}; row_options=False makes them fields like others")
    if "attachments" in options and not source.get("attachments_from"):
        found.append(
            f"column {options['attachments']!r}: nothing is attached until attachments_from= names the folder below "
            "which the files lie"
        )
    return found


def mended(frame: pl.DataFrame) -> list[RowFinding]:
    """Rows whose address was not as it stood in the list; `frame` as of Store.results."""
    noted = frame.filter((pl.col("status") == "queued") & pl.col("detail").str.contains(_NOTE))
    return [RowFinding(*row) for row in noted.select("row", "email", "detail").iter_rows()]


def doubtful(frame: pl.DataFrame, spec: CampaignSpec) -> list[str]:
    """What is most likely a slip, in the rows that are to be sent and in the words of the letter."""
    return [*_typos(frame), *_letters(frame), *_swallowed(frame), *_leftovers(frame, spec)]


def _typos(frame: pl.DataFrame) -> Iterator[str]:
    """By domain."""
    domains: dict[str, list[int]] = {}
    for row, address in frame.select("row", "address").iter_rows():
        domains.setdefault(domain_of(address), []).append(row)
    for domain, rows in domains.items():
        if (meant := likely_domain(domain)) is not None:
            yield f"{count(len(rows), 'row')} with an address at {domain}: was {meant} meant? ({_rows(rows)})"


def _letters(frame: pl.DataFrame) -> Iterator[str]:
    written = frame.filter(pl.col("email").str.contains(r"[^\x00-\x7f]")).select("row", "email")
    for row, email in written.iter_rows():
        address = email.rpartition("<")[2].rstrip("> ")
        if letter := mixed_letters(address):
            yield f"row {row}: {email!r} has the letter {letter!r} of another alphabet; it looks like a Latin one"


def _swallowed(frame: pl.DataFrame) -> Iterator[str]:
    """Cells with lines that look like rows: what a stray quotation mark leaves behind."""
    for row, fields in frame.filter(pl.col("fields").str.contains(r"\\[nr]")).select("row", "fields").iter_rows():
        values = json.loads(fields)
        for column, cell in values.items():
            lines = cell.splitlines() if isinstance(cell, str) else []
            wide = max(1, len(values) - 1)
            alike = max(sum(line.count(mark) >= wide for line in lines) for mark in _DELIMITERS)
            if len(lines) > 1 and alike >= (2 if wide == 1 else 1):
                yield (
                    f"row {row}, column {column!r}: a cell of {len(lines)} lines that look like rows; is there a stray "
                    "quotation mark?"
                )


def _leftovers(frame: pl.DataFrame, spec: CampaignSpec) -> Iterator[str]:
    columns = list(json.loads(frame["fields"][0])) if frame.height else []
    parts: Iterable[Any] = spec.parts
    for part in parts:
        if part.name == "text" and spec.template.text is None:
            continue  # made of the html
        for words in dict.fromkeys(leftovers(part, columns)):
            yield f"{part.name}: {words!r} is sent as it stands; a field is written {{{{ name }}}}"


def _rows(rows: list[int]) -> str:
    shown = ", ".join(map(str, rows[:_SHOWN]))
    more = f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"

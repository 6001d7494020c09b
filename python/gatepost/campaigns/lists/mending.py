"""Addresses as people write them into tables: what is plainly meant is mended, with a note, and nothing is guessed."""

from __future__ import annotations

import re
from typing import NamedTuple

from ... import _core
from .addresses import wire_address
from .invisible import without_invisible

_MAILTO = re.compile(r"(?:e-?mail|почта)?\s*(?:mailto:|(?:e-?mail|почта)\s*:)\s*", re.IGNORECASE)
_QUERY = re.compile(r"\?(?:subject|body|cc|bcc|to)=.*$", re.IGNORECASE | re.DOTALL)
_PAIRS = {('"', '"'), ("'", "'"), ("«", "»"), ("“", "”"), ("‘", "’"), ("(", ")"), ("[", "]"), ("`", "`"), ("<", ">")}
_BETWEEN = re.compile(r"\s*(?:[;\n\r]|:::)\s*")
_ENDS = " \t\r\n.,;:"
_NAMED = re.compile(r"\s*([^<>\"]*?)\s*<\s*([^<>]*)>?\s*")


class Mended(NamedTuple):
    """One address of a cell: as it is to be read, in wire form ("" where it is none), why not, and what was mended."""

    email: str
    wire: str
    problem: str = ""
    note: str = ""


def read_cell(cell: object) -> list[Mended]:
    """The addresses of a cell, one for each recipient; one with a problem where there is none."""
    if not isinstance(cell, str):
        return [_read("" if cell is None else str(cell))]
    if cell.count("@") > 1 and len(pieces := _pieces(without_invisible(cell))) > 1:
        found = [_read(piece) for piece in pieces]
        note = f"{len(found)} addresses in one cell"
        return [one._replace(note=f"{note}; {one.note}" if one.note else note) for one in found]
    return [_read(cell)]


def _read(text: str) -> Mended:
    try:
        return Mended(text, wire_address(text)[0])
    except ValueError as error:
        problem = str(error)
    mended, notes = _mended(text)
    if not notes:
        return Mended(text, "", problem)
    try:
        wire = wire_address(mended)[0]
    except ValueError as error:
        return Mended(text, "", str(error))
    return Mended(mended, wire, "", f"read from {text[:80]!r} without {', '.join(notes)}")


def _mended(text: str) -> tuple[str, list[str]]:
    """The text without what does not belong to an address, and what that was."""
    notes: list[str] = []

    def noted(changed: str, what: str) -> str:
        if changed != found and what not in notes:
            notes.append(what)
        return changed

    found = text
    found = noted(without_invisible(found).strip(), "invisible characters")
    before = ""
    while before != found:
        before = found
        found = noted(
            _QUERY.sub("", _MAILTO.sub("", found, count=1)) if _MAILTO.match(found) else found, "what stands before it"
        )
        if len(found) > 1 and (found[0], found[-1]) in _PAIRS and (found[0] != '"' or "@" not in found.split('"')[-1]):
            found = noted(found[1:-1].strip(), "marks around it")
        found = noted(found.strip(_ENDS), "marks around it")
    if (named := _NAMED.fullmatch(found)) and ("<" in found):
        name, address = named[1].strip(" ,"), _mended(named[2])[0]
        found = noted(f'"{_core_name(name)}" <{address}>' if name else address, "marks around it")
    elif found.count("@") == 1 and "<" not in found:
        if found.endswith(">"):
            found = noted(found[:-1].strip(), "a stray bracket")
        local, domain = (part.strip() for part in found.split("@"))
        if not re.search(r"\s", local + domain):
            found = noted(f"{local}@{domain.rstrip('.')}", "spaces")
    return found, notes


def _core_name(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _pieces(text: str) -> list[str]:
    """A cell cut where one address ends and the next begins; itself where that is not plain."""
    try:
        if "," in text and "<" in text and len(_core.parse_mailbox_list(text)) > 1:
            return [str(piece) for piece in _apart(text, ",")]
    except ValueError:
        pass
    some = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    if sum(piece.count("@") == 1 for piece in some) > 1 and all(piece.count("@") < 2 for piece in some):
        return some
    for pieces in (_apart(text, ",;\n"), re.split(r"[\s,;/|]+", text)):
        some = [piece.strip() for piece in pieces if piece.strip()]
        if len(some) > 1 and all(piece.count("@") == 1 for piece in some):
            return some
    return [text]


def _apart(text: str, marks: str) -> list[str]:
    """The text cut at marks that stand in no quotation marks and no brackets."""
    pieces, start, quoted, depth = [], 0, False, 0
    for index, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "<(":
            depth += 1
        elif not quoted and char in ">)":
            depth = max(0, depth - 1)
        elif char in marks and not quoted and not depth:
            pieces.append(text[start:index])
            start = index + 1
    return [piece.strip() for piece in (*pieces, text[start:]) if piece.strip()]

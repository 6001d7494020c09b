"""One Jinja2 template: compiled once, its fields known with their lines, rendered fast for many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeGuard

from jinja2 import TemplateSyntaxError, meta, nodes
from jinja2.exceptions import TemplateError
from jinja2.runtime import Context
from markupsafe import escape

from ...errors import InputError
from .columns import with_columns
from .merge import Pieces, Slot, split
from .sandbox import BoundedEnvironment


class RowError(Exception):
    """This recipient's letter cannot be made; the others are unharmed."""


_PLAIN = BoundedEnvironment(escapes=False)
_ESCAPED = BoundedEnvironment(escapes=True)
_TEXT_OF_HTML = BoundedEnvironment(escapes=False, unescapes=True)
_GLOBALS = dict(_PLAIN.globals)


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled template part.

    `fields`: name -> line of first use; `guarded`: those that the list need not have, by default(...) or `is defined`.
    `escapes`: whether the values of fields are escaped when they are put between the literals.
    """

    name: str
    fields: dict[str, int]
    guarded: frozenset[str]
    escapes: bool
    pieces: Pieces

    def render(self, values: Mapping[str, Any]) -> str:
        """The text for one row; RowError says what is wrong with the row."""
        failed: dict[int, RowError] = {}
        [text] = self.texts(Contexts([values]), failed)
        if failed:
            raise failed[0]
        return text

    def texts(self, contexts: Contexts, failed: dict[int, RowError]) -> list[str]:
        """The text for each row; as `column` where rows cannot be rendered."""
        literals = self.pieces.literals
        pieces: list[Iterable[str]] = [[literals[0]] * len(contexts.rows)]
        for slot, literal in zip(self.pieces.slots, literals[1:], strict=True):
            column = self.column(slot, contexts, failed)
            pieces.append(map(escape, column) if self.escapes and slot.field is not None else column)
            pieces.append(repeat(literal))
        return ["".join(row) for row in zip(*pieces, strict=False)]

    def column(self, slot: Slot, contexts: Contexts, failed: dict[int, RowError]) -> list[str]:
        """What a slot of this part shows in each row. Rows that cannot be rendered show "" and go to `failed` by index,
        unless they failed before."""
        if slot.field is not None:
            with suppress(LookupError, ValueError):
                return _shown(slot.field, contexts.rows)
        shown: list[str] = []
        for index, context in enumerate(contexts.of(slot)):
            try:
                shown.append(slot.render(context))
            except Exception as error:  # whatever filters and values raise
                words = "takes more memory than there is" if isinstance(error, MemoryError) else error
                failed.setdefault(index, RowError(f"{self.name}: {words}"))
                shown.append("")
        return shown


class Contexts:
    """Rows to render, with what Jinja2 wants to know of them, made when first asked for."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows
        self._made: dict[bool, list[Context]] = {}

    def of(self, slot: Slot) -> list[Context]:
        """One context for each row. What sets variables or calls methods gets its own, and its own copy of the rows."""
        if slot.is_whole:
            return [_context(slot, deepcopy(row)) for row in self.rows]
        escapes = bool(slot.template.environment.autoescape)
        if escapes not in self._made:
            self._made[escapes] = [_context(slot, row) for row in self.rows]
        return self._made[escapes]


def _context(slot: Slot, row: Mapping[str, Any]) -> Context:
    return slot.template.new_context({**_GLOBALS, **row, "row": row}, shared=True)


def _shown(field: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """A column as text. KeyError where a row does not have it."""
    values = [row[field] for row in rows]
    shown = [value if type(value) is str else "" if value is None else str(value) for value in values]
    "".join(shown).encode()
    return shown


def compile_part(name: str, source: str, escapes: bool = False, is_text_of_html: bool = False) -> Part:
    """Compiles a part. `escapes`: it is html. `is_text_of_html`: it was made of html, with the filters that escape.
    InputError names it and the line of a syntax error."""
    environment = _TEXT_OF_HTML if is_text_of_html else _ESCAPED if escapes else _PLAIN
    try:
        source.encode()
        return _compile(name, with_columns(source), environment, escapes)
    except UnicodeEncodeError:
        raise InputError(f"template, {name}: an unpaired surrogate, which UTF-8 cannot encode") from None
    except TemplateSyntaxError as error:
        raise InputError(f"template, {name}, line {error.lineno}: {error.message}") from None
    except MemoryError:
        raise InputError(f"template, {name}: takes more memory than there is") from None
    except (RecursionError, SyntaxError) as error:  # Python's, of the code that Jinja2 made
        words = "blocks or expressions are nested too deeply"
        if isinstance(error, SyntaxError) and "too many" not in error.msg:
            words = error.msg
        raise InputError(f"template, {name}: {words}") from None
    except InputError:
        raise
    except (TemplateError, ValueError) as error:
        raise InputError(f"template, {name}: {error}") from None


def _compile(name: str, source: str, environment: BoundedEnvironment, escapes: bool) -> Part:
    tree = environment.parse(source)
    if next(iter(meta.find_referenced_templates(tree)), "") != "":
        raise InputError(f"template, {name}: include, import and extends are not available; use one template")
    for node in tree.find_all((nodes.Name, nodes.Macro)):
        if (isinstance(node, nodes.Macro) and node.name == "row") or (_is_row(node) and node.ctx != "load"):
            raise InputError(
                f"template, {name}, line {node.lineno}: 'row' is the whole row of the list; give this another name"
            )
    unknown = _undeclared(tree, environment) - set(environment.globals) - {"row"}
    fields: dict[str, int] = {}
    for node in tree.find_all(nodes.Name):
        if node.name in unknown and node.ctx == "load":
            fields[node.name] = min(fields.get(node.name, node.lineno), node.lineno)
    for item in tree.find_all(nodes.Getitem):
        if _is_row(item.node) and isinstance(item.arg, nodes.Const) and isinstance(item.arg.value, str):
            fields.setdefault(item.arg.value, item.lineno)
    for attribute in tree.find_all(nodes.Getattr):
        if _is_row(attribute.node) and attribute.attr not in dir(dict):
            fields.setdefault(attribute.attr, attribute.lineno)
    guarded = _guarded(tree)
    return Part(name, fields, guarded, escapes, split(tree, environment, _PLAIN, {*environment.globals, "row"}))


def _undeclared(tree: nodes.Template, environment: BoundedEnvironment) -> set[str]:
    """As meta.find_undeclared_variables, but no expression is worked out: what is wrong in one is its row's fault."""
    names = meta.TrackingCodeGenerator(environment)
    names.optimizer = None
    names.visit(tree)
    return names.undeclared_identifiers


def _is_row(node: nodes.Node) -> TypeGuard[nodes.Name]:
    return isinstance(node, nodes.Name) and node.name == "row"


def _guarded(tree: nodes.Template) -> frozenset[str]:
    """Fields that may be no column at all: x|default(...), x is defined. `x or ...` and `if x` fail without one."""
    names: set[str] = set()
    for found in tree.find_all((nodes.Filter, nodes.Test)):
        seat = found.node
        if found.name not in ("default", "d", "defined", "undefined"):
            continue
        if isinstance(seat, nodes.Name):
            names.add(seat.name)
        elif isinstance(seat, nodes.Getitem) and _is_row(seat.node) and isinstance(seat.arg, nodes.Const):
            names.add(str(seat.arg.value))
        elif isinstance(seat, nodes.Getattr) and _is_row(seat.node):
            names.add(seat.attr)
    return frozenset(names)

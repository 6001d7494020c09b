"""One Jinja2 template: compiled once, its fields known with their lines, rendered fast for many rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import TemplateError
from jinja2.sandbox import SandboxedEnvironment

from ..errors import InputError
from .merge import Merge, as_merge


class RowError(Exception):
    """This recipient's letter cannot be made; the others are unharmed."""


def _environment(escape: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        autoescape=escape,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=lambda value: "" if value is None else value,
    )


_PLAIN = _environment(False)
_ESCAPED = _environment(True)
_GLOBALS = dict(_PLAIN.globals)


@dataclass(frozen=True, slots=True)
class Part:
    """A compiled template part. `fields`: name -> line of first use; `guarded`: those with a default or under an if."""

    name: str
    fields: dict[str, int]
    guarded: frozenset[str]
    merge: Merge | None
    template: JinjaTemplate

    def render(self, values: Mapping[str, Any]) -> str:
        """The text for one row; RowError says what is wrong with the row."""
        if self.merge is not None:
            try:
                return self.merge.render(values)
            except KeyError as error:
                raise RowError(f"{self.name}: {error} is undefined") from None
        template = self.template
        try:
            context = template.new_context({**_GLOBALS, **values, "row": values}, shared=True)
            text = "".join(template.root_render_func(context))
            text.encode()
        except (TemplateError, UnicodeEncodeError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise RowError(f"{self.name}: {error}") from None
        return text


def compile_part(name: str, source: str, escape: bool = False) -> Part:
    """Compiles a part. InputError names it and the line of a syntax error."""
    environment = _ESCAPED if escape else _PLAIN
    try:
        source.encode()
        tree = environment.parse(source)
        template = environment.from_string(source)
    except UnicodeEncodeError:
        raise InputError(f"template, {name}: half of a surrogate pair, which is no text") from None
    except TemplateSyntaxError as error:
        raise InputError(f"template, {name}, line {error.lineno}: {error.message}") from None
    except TemplateError as error:
        raise InputError(f"template, {name}: {error}") from None
    if next(iter(meta.find_referenced_templates(tree)), "") != "":
        raise InputError(f"template, {name}: include, import and extends are not available; use one template")
    unknown = meta.find_undeclared_variables(tree) - set(environment.globals) - {"row"}
    fields: dict[str, int] = {}
    for node in tree.find_all(nodes.Name):
        if node.name in unknown and node.ctx == "load":
            fields[node.name] = min(fields.get(node.name, node.lineno), node.lineno)
    for item in tree.find_all(nodes.Getitem):
        if _is_row(item.node) and isinstance(item.arg, nodes.Const) and isinstance(item.arg.value, str):
            fields.setdefault(item.arg.value, item.lineno)
    merge = as_merge(tree, {*environment.globals, "row"}, escape)
    return Part(name, fields, _guarded(tree), merge, template)


def _is_row(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "row"


def _guarded(tree: nodes.Template) -> frozenset[str]:
    """Fields whose absence the template provides for: x|default(...), x or ..., if x."""
    seats: list[nodes.Node] = []
    for found in tree.find_all((nodes.Filter, nodes.Or, nodes.If, nodes.CondExpr)):
        if isinstance(found, nodes.Filter):
            if found.name in ("default", "d") and found.node is not None:
                seats.append(found.node)
        elif isinstance(found, nodes.Or):
            seats.append(found.left)
        elif isinstance(found, nodes.If | nodes.CondExpr):
            seats.append(found.test)
    names: set[str] = set()
    for seat in seats:
        inner = seat.node if isinstance(seat, nodes.Test) else seat
        if isinstance(inner, nodes.Name):
            names.add(inner.name)
        elif isinstance(inner, nodes.Getitem) and _is_row(inner.node) and isinstance(inner.arg, nodes.Const):
            names.add(str(inner.arg.value))
    return frozenset(names)

"""How a template becomes a merge: literals, and slots between them that differ from row to row.

A slot is a field that stands alone (its value is taken straight from the row) or a region: any other piece of the
template, which Jinja2 renders by itself. Cut up and put together again the result is what Jinja2 makes of the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.runtime import Context

from .budget import budget

# What leaves no trace outside of itself; a template with anything else (set, macro, block, import ...) stays whole.
_SELF_CONTAINED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.With, nodes.FilterBlock,
    nodes.ScopedEvalContextModifier, nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair,
    nodes.Keyword, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Getitem, nodes.Getattr, nodes.Slice, nodes.Concat,
    nodes.Compare, nodes.Operand, nodes.BinExpr, nodes.UnaryExpr,
)  # fmt: skip
# Methods that change nothing, whatever a row's value they belong to; list.append or dict.pop are none of them.
_HARMLESS_METHODS = frozenset(dir(str)) | {"items", "keys", "values", "get", "copy", "cycle"}
_HARMLESS_FUNCTIONS = frozenset({"range", "dict"})


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece that differs by row. `field`: the column whose value it shows, unescaped; None: a region, whose text is
    finished. `template` renders the piece alone, unescaped where it is a field. `is_whole`: the piece is a whole part
    that cannot be cut up. `names`: all names that stand in the piece."""

    template: JinjaTemplate
    field: str | None = None
    is_whole: bool = False
    names: frozenset[str] = frozenset()

    def uses(self, field: str) -> bool:
        """Whether a column may have a say in what is shown."""
        return self.is_whole or field in self.names or "row" in self.names

    def render(self, context: Context) -> str:
        """What Jinja2 makes of it. Raises what Jinja2, filters and values raise."""
        with budget() as left:
            pieces = []
            for piece in self.template.root_render_func(context):
                left.take(piece)
                pieces.append(piece)
        text = "".join(pieces)
        text.encode()
        return text


@dataclass(frozen=True, slots=True)
class Pieces:
    """Literals with a slot between each two of them."""

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]


def split(tree: nodes.Template, environment: Environment, plain: Environment, known: Collection[str]) -> Pieces:
    """Cuts a parsed template up. `plain`: the environment without escaping, for fields; `known`: names that are no
    fields."""
    if not _is_self_contained(tree):
        return Pieces(("", ""), (Slot(_compiled(tree.body, environment), is_whole=True),))
    literals = [""]
    slots: list[Slot] = []
    region: list[nodes.Node] = []

    def close_region() -> None:
        if region:
            slots.append(Slot(_compiled(list(region), environment), names=_names(region)))
            literals.append("")
            region.clear()

    for node in _outputs_apart(tree.body):
        if isinstance(node, nodes.TemplateData):
            close_region()
            literals[-1] += node.data
        elif (field := _field(node, known)) is not None:
            close_region()
            slots.append(Slot(_compiled([nodes.Output([node])], plain), field))
            literals.append("")
        else:
            region.append(nodes.Output([node]) if isinstance(node, nodes.Expr) else node)
    close_region()
    return Pieces(tuple(literals), tuple(slots))


def _outputs_apart(body: list[nodes.Node]) -> Iterator[nodes.Node]:
    for node in body:
        if isinstance(node, nodes.Output):
            yield from node.nodes
        else:
            yield node


def _names(region: list[nodes.Node]) -> frozenset[str]:
    return frozenset(found.name for found in nodes.Template(region).find_all(nodes.Name))


def _compiled(body: list[nodes.Node], environment: Environment) -> JinjaTemplate:
    tree = nodes.Template(body, lineno=1)
    tree.set_environment(environment)
    return JinjaTemplate.from_code(environment, environment.compile(tree), environment.make_globals(None))


def _field(node: nodes.Node, known: Collection[str]) -> str | None:
    """The column that an expression shows: `name`, `row.name`, `row["Any name"]`; None for any other."""
    match node:
        case nodes.Name(name=name) if name not in known:
            return str(name)
        case nodes.Getitem(node=nodes.Name(name="row"), arg=nodes.Const(value=str() as key)):
            return key
        case nodes.Getattr(node=nodes.Name(name="row"), attr=attr) if attr not in dir(dict):
            return str(attr)
    return None


def _is_self_contained(tree: nodes.Template) -> bool:
    """Whether no piece of the template can change what another piece shows."""
    for node in (tree, *tree.find_all(nodes.Node)):
        if isinstance(node, nodes.Call):
            callee = node.node
            method = isinstance(callee, nodes.Getattr) and callee.attr in _HARMLESS_METHODS
            function = isinstance(callee, nodes.Name) and callee.name in _HARMLESS_FUNCTIONS
            if not (method or function):
                return False
        elif not isinstance(node, _SELF_CONTAINED):
            return False
    return True

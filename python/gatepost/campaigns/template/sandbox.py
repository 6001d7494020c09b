"""Jinja2's sandbox with bounds: what a template works out stays small, and nothing of it while it is compiled.

One mechanism: every turn of a loop, filter, test, call, operator and collection goes through `Budget`; what it is given
and what it makes is weighed, and what would multiply (repetition, padding, replacing, joining) is weighed beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_eval_context
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.visitor import NodeTransformer

from .budget import current
from .growth import check_call, check_filter, check_operator

_COUNTED = "counted by gatepost"  # names of filters that no template can write
_TURN = "turn counted by gatepost"


class BoundedEnvironment(SandboxedEnvironment):
    """Renders as Jinja2 does, within a `Budget` for each slot and row: what goes beyond it is an OverflowError. Nothing
    is worked out ahead: 'x' * 10 ** 10 would otherwise fill the memory in the constructor."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, *, escapes: bool, unescapes: bool = False) -> None:
        """`escapes`: values are escaped for html. `unescapes`: nothing is, even where the template asks for it (|e)."""
        super().__init__(
            autoescape=escapes,
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            optimized=False,
            finalize=_shown,
        )
        if unescapes:
            self.filters |= dict.fromkeys(("e", "escape", "forceescape"), FILTERS["string"])
        self.filters = {name: _bounded(name, filter_) for name, filter_ in self.filters.items()}
        self.filters[_COUNTED] = _counted
        self.filters[_TURN] = _turn

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Counter().visit(super()._parse(source, name, filename))
        return tree

    def call(self, context: Context, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """A function, method or macro, as the sandbox calls it."""
        current().step()
        for one in (*arguments, *named.values()):
            current().take(one)
        check_call(called, arguments, named)
        made = super().call(context, called, *arguments, **named)
        current().take(made)
        return made

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """One of the operators above."""
        current().step()
        check_operator(operator, left, right)
        made = super().call_binop(context, operator, left, right)
        current().take(made)
        return made


class _Counter(NodeTransformer):
    """Puts a step into each loop, and collections and joined texts on the scales when they are made."""

    def visit_For(self, node: nodes.For, *_: Any) -> nodes.Node:
        self.generic_visit(node)
        node.body.insert(0, nodes.Output([_through(_TURN, nodes.Const("", lineno=node.lineno))], lineno=node.lineno))
        return node

    def visit_List(self, node: nodes.Expr, *_: Any) -> nodes.Node:
        self.generic_visit(node)
        return _through(_COUNTED, node)

    visit_Dict = visit_Concat = visit_List

    def visit_Tuple(self, node: nodes.Tuple, *_: Any) -> nodes.Node:
        self.generic_visit(node)
        return _through(_COUNTED, node) if node.ctx == "load" else node  # a target of `set` and `for` is none


def _through(name: str, node: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _counted(value: Any) -> Any:
    current().step()
    current().take(value)
    return value


def _turn(nothing: str) -> str:
    current().step()
    return nothing


@pass_eval_context  # with it Jinja2 works no output out ahead
def _shown(_: EvalContext, value: Any) -> Any:
    if value is None:
        return ""
    current().take(value)
    return value


def _bounded(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    passes = 1 if hasattr(filter_, "jinja_pass_arg") else 0  # the environment or the context comes first

    @wraps(filter_)
    def bounded(*arguments: Any, **named: Any) -> Any:
        current().step()
        given = arguments[passes:]
        for one in (*given, *named.values()):
            current().take(one)
        check_filter(name, given, named)
        made = filter_(*arguments, **named)
        current().take(made)
        return made

    return bounded

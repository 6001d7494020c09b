"""Jinja2's sandbox with bounds: what a template works out stays small, and nothing of it while it is compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sized
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, pass_eval_context
from jinja2.filters import FILTERS
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

_MOST = 1_000_000
"""Characters or items of a repetition or of padding, bits of a number."""
_WIDTHS = re.compile(r"%(?:\([^)]*\))?[-+ #0-9.]*?(?:\*|\d{7})")
"""In a %-format: of over six digits, or out of an argument."""


class BoundedEnvironment(SandboxedEnvironment):
    """Renders as Jinja2 does, but a result of over a million characters, items or bits by *, **, % and padding is an
    OverflowError. Nothing is worked out ahead: 'x' * 10 ** 10 would otherwise fill the memory in the constructor."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, *, escapes: bool, unescapes: bool = False) -> None:
        """`escapes`: values are escaped for html. `unescapes`: nothing is, even where the template asks for it (|e)."""
        super().__init__(
            autoescape=escapes,
            undefined=StrictUndefined,
            keep_trailing_newline=True,
            optimized=False,
            finalize=_shown,
        )
        for name in ("center", "indent", "batch", "slice"):
            self.filters[name] = _with_small_numbers(FILTERS[name])
        self.filters["format"] = _format
        if unescapes:
            self.filters |= dict.fromkeys(("e", "escape", "forceescape"), FILTERS["string"])

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """One of the operators above. OverflowError for too large a result."""
        check = {"*": _check_product, "**": _check_power, "%": _check_widths}[operator]
        check(left, right)
        return super().call_binop(context, operator, left, right)


@pass_eval_context  # with it Jinja2 works no output out ahead
def _shown(_: EvalContext, value: Any) -> Any:
    return "" if value is None else value


def _check_product(left: Any, right: Any) -> None:
    for one, times in ((left, right), (right, left)):
        if isinstance(times, int):
            size = one.bit_length() + times.bit_length() if isinstance(one, int) else _length(one) * times
            if size > _MOST:
                raise _too_large()


def _check_power(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * right > _MOST:
        raise _too_large()


def _check_widths(left: Any, right: Any) -> None:
    if isinstance(left, str) and _WIDTHS.search(left):
        raise _too_large()


def _length(value: Any) -> int:
    return len(value) if isinstance(value, Sized) else 0


def _with_small_numbers(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def bounded(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(one, int) and one > _MOST for one in (*arguments, *named.values())):
            raise _too_large()
        return filter_(*arguments, **named)

    return bounded


def _format(text: str, *arguments: Any, **named: Any) -> Any:
    _check_widths(text, arguments)
    return FILTERS["format"](text, *arguments, **named)


def _too_large() -> OverflowError:
    return OverflowError(f"a result of over {_MOST:,} characters, items or bits")

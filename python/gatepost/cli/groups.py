"""Options that belong together, written once: a command's parameter that is such a group becomes its options."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """The command as Typer takes it: each field of a parameter that is a dataclass is an option of its own."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    groups = {name: hints[name] for name in signature.parameters if dataclasses.is_dataclass(hints[name])}

    def called(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{one.name: given.pop(one.name) for one in dataclasses.fields(group)})
        command(**given)

    parameters = []
    for parameter in signature.parameters.values():
        if (group := groups.get(parameter.name)) is None:
            parameters.append(parameter.replace(annotation=hints[parameter.name]))
        else:
            parameters += _options(group)
    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__signature__ = signature.replace(parameters=_in_order(parameters))  # type: ignore[attr-defined]
    return called


def _options(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=hints[one.name])
        for one in dataclasses.fields(group)
    ]


def _in_order(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """All by keyword, those that must be given first."""
    by_keyword = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in parameters]
    return sorted(by_keyword, key=lambda one: one.default is not inspect.Parameter.empty)

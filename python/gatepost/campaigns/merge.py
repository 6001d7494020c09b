"""Templates that only put fields into text, as most are: rendered without Jinja2's machinery, with the same result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes
from markupsafe import escape


@dataclass(frozen=True, slots=True)
class Merge:
    """Literals and the fields between them: there is one literal more than there are fields."""

    literals: tuple[str, ...]
    fields: tuple[str, ...]
    show: Callable[[Any], str]

    def render(self, values: Mapping[str, Any]) -> str:
        """The text. KeyError for a field that the row does not have."""
        show = self.show
        pieces = [self.literals[0]]
        for field, literal in zip(self.fields, self.literals[1:], strict=True):
            value = values[field]
            if value is not None:
                pieces.append(show(value))
            pieces.append(literal)
        return "".join(pieces)


def as_merge(tree: nodes.Template, known: Collection[str], autoescape: bool) -> Merge | None:
    """The merge of a template that has nothing but text and `{{ field }}`; None for any other. `known`: names that are
    not fields."""
    literals = [""]
    fields: list[str] = []
    for node in tree.body:
        if not isinstance(node, nodes.Output):
            return None
        for item in node.nodes:
            if isinstance(item, nodes.TemplateData):
                literals[-1] += item.data
            elif isinstance(item, nodes.Name) and item.name not in known:
                fields.append(item.name)
                literals.append("")
            else:
                return None
    return Merge(tuple(literals), tuple(fields), escape if autoescape else str)

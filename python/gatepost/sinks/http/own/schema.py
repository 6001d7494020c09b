"""JSON Schema (2020-12) of the types that answers and bodies are declared with."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


class Schemas:
    """Schemas by the names of their classes, as they are met."""

    def __init__(self) -> None:
        self.named: dict[str, dict[str, Any]] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type; a TypedDict becomes a reference to its own."""
        if kind in _SIMPLE:
            return _SIMPLE[kind]
        if is_typeddict(kind):
            return self._reference(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (list, Sequence):
            return {"type": "array", "items": self.of(arguments[0])}
        if origin in (Required, NotRequired):
            return self.of(arguments[0])
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.of(one) for one in arguments]}
        raise TypeError(f"no schema for {kind!r}")

    def _reference(self, kind: Any) -> dict[str, Any]:
        name = kind.__name__
        if name not in self.named:
            self.named[name] = {}
            hints = get_type_hints(kind, include_extras=True)
            fields = {_in_json(field): self.of(one) for field, one in hints.items()}
            self.named[name] = {
                "type": "object",
                "description": " ".join((kind.__doc__ or "").split()),
                "properties": fields,
                "required": [
                    _in_json(field) for field, one in hints.items() if kind.__total__ or get_origin(one) is Required
                ],
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{name}"}


def _in_json(field: str) -> str:
    return field.rstrip("_")  # from_

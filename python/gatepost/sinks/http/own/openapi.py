"""The OpenAPI 3.1 file of our API, made of its operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, get_type_hints

from ..calls import Call
from .schema import Schemas
from .shapes import Failed


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask: the handler's docstring says what, its return type what comes back."""

    method: str
    path: str
    handler: Callable[[Call], Any]
    query: Mapping[str, tuple[type, str]] | None = None
    """Parameters by name: their type, and what they mean."""
    body: Any = None
    answer: str = "application/json"


def openapi(root: str, operations: Iterable[Operation]) -> dict[str, Any]:
    """The document."""
    schemas = Schemas()
    failed = {"description": "What is wrong", "content": {"application/json": {"schema": schemas.of(Failed)}}}
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _described(one, schemas, failed)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "gatepost sink",
            "version": version("gatepost"),
            "description": "All that a test in Python can ask a sink. Mailpit's API stands beside it, at /api/v1.",
        },
        "servers": [{"url": root}],
        "security": [{}, {"token": []}, {"password": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.named,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _described(one: Operation, schemas: Schemas, failed: dict[str, Any]) -> dict[str, Any]:
    kind = get_type_hints(one.handler)["return"]
    schema = schemas.of(kind) if one.answer == "application/json" else {"type": "string"}
    described: dict[str, Any] = {
        "operationId": one.handler.__name__,
        "summary": " ".join((one.handler.__doc__ or "").split()),
        "parameters": [*map(_in_path, re.findall(r"\{(\w+)\}", one.path)), *_in_query(one, schemas)],
        "responses": {
            "200": {"description": "What was asked for", "content": {one.answer: {"schema": schema}}},
            "4XX": failed,
        },
    }
    if one.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas.of(one.body)}},
        }
    return described


def _in_path(name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if name == "id" else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(one: Operation, schemas: Schemas) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "description": meaning, "schema": schemas.of(kind)}
        for name, (kind, meaning) in (one.query or {}).items()
    ]

"""/api/gatepost/v1: what it offers, and where its description is."""

from __future__ import annotations

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from ..calls import Call, Handler, json_answer, route
from ..served import ServedSink
from .letters import LetterCalls
from .openapi import Operation, openapi
from .rules import RuleCalls
from .sink import SinkCalls

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

ROOT = "/api/gatepost/v1"
OPENAPI = f"{ROOT}/openapi.json"


class OwnApi:
    """All operations, and the OpenAPI file."""

    def __init__(self, sink: ServedSink) -> None:
        rooms = (SinkCalls(sink), LetterCalls(sink), RuleCalls(sink))
        self.operations: list[Operation] = [one for room in rooms for one in room.operations]
        described = openapi(ROOT, self.operations)
        self.routes: list[Route] = [route("GET", OPENAPI, lambda call: json_answer(described))]
        self.routes += [
            route(one.method, ROOT + one.path, _answering(one), json_errors=True) for one in self.operations
        ]


def _answering(one: Operation) -> Handler:
    handler: Callable[[Call], Any] = one.handler

    def answer(value: Any) -> Response:
        from starlette.responses import Response

        return json_answer(value) if one.answer == "application/json" else Response(value, media_type=one.answer)

    async def wait(call: Call) -> Response:
        return answer(await handler(call))

    return wait if iscoroutinefunction(handler) else lambda call: answer(handler(call))

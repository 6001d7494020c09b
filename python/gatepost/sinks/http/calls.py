"""A request as a handler gets it, and answers as clients of Mailpit know them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from ...errors import InputError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

MOST_BODY = 5 << 20
"""Bytes of a request, as at Mailpit."""


class CallError(Exception):
    """What the client did wrong; becomes an answer of text, or of JSON as {"Error": ...}."""

    def __init__(self, text: str, status: int = 400, as_json: bool = False) -> None:
        super().__init__(text)
        self.status, self.as_json = status, as_json


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its whole body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    client: str

    def fields(self) -> dict[str, Any]:
        """The body's JSON object, or a form's fields; names in small letters. {} where there is no body."""
        if not self.body.strip():
            return {}
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = parse_qs(self.body.decode(errors="replace"), max_num_fields=10_000)
            return {name.lower(): found if name.lower() == "ids" else found[-1] for name, found in form.items()}
        return {name.lower(): value for name, value in self.json_object().items()}

    def json_object(self) -> dict[str, Any]:
        """The body's JSON object as it stands; a CallError where it is none."""
        try:
            given = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise CallError(f"the body is no JSON: {error}") from None
        if not isinstance(given, dict):
            raise CallError("the body is no JSON object")
        return given

    def number(self, name: str, default: int, least: int = 0) -> int:
        """A number of the query; the default where it is none, or less than `least`."""
        text = self.query.get(name, "")
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else default
        return value if value >= least else default


Handler = Callable[[Call], "Response"] | Callable[[Call], Awaitable["Response"]]
"""A plain function runs on a thread of its own; a coroutine function, which waits for something, on the loop."""


def strings(given: Any, name: str) -> list[str]:
    """A field that takes a list of texts."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise CallError(f"{name} takes a list of strings")
    return given


def route(method: str, path: str, handler: Handler, most_body: int = MOST_BODY, json_errors: bool = False) -> Route:
    """Runs the handler with the whole body in memory."""
    from starlette.concurrency import run_in_threadpool
    from starlette.routing import Route

    async def endpoint(request: Request) -> Response:
        try:
            body = await _body(request, most_body)
            client = request.client.host if request.client else ""
            call = Call(request.path_params, request.query_params, request.headers, body, client)
            if iscoroutinefunction(handler):
                return await handler(call)  # type: ignore[no-any-return]
            return await run_in_threadpool(handler, call)  # type: ignore[arg-type]
        except CallError as error:
            return _answer(error, json_errors or error.as_json)
        except InputError as error:
            return _answer(CallError(str(error)), json_errors)

    return Route(path, endpoint, methods=[method])


async def _body(request: Request, most: int) -> bytes:
    pieces: list[bytes] = []
    room = most
    async for piece in request.stream():
        room -= len(piece)
        if room < 0:
            raise CallError("http: request body too large", 413)
        pieces.append(piece)
    return b"".join(pieces)


def _answer(error: CallError, as_json: bool) -> Response:
    return json_answer({"Error": str(error)}, error.status) if as_json else text_answer(str(error), error.status)


def json_answer(value: Any, status: int = 200) -> Response:
    """JSON; text is JSON already."""
    from starlette.responses import Response

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Response(text.encode(errors="replace"), status, media_type="application/json")


def text_answer(text: str, status: int = 200) -> Response:
    """Plain text."""
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(text.encode(errors="replace"), status)


def ok() -> Response:
    """What Mailpit says where there is nothing else to say."""
    return text_answer("ok")

"""The ASGI application of a sink's HTTP door."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .calls import text_answer
from .guard import Guard
from .mailbox.mailbox import Mailbox
from .mailpit.about import About
from .mailpit.chaos import Chaos
from .mailpit.checks import Checks
from .mailpit.events import Events
from .mailpit.message import Message
from .mailpit.messages import Messages
from .mailpit.send import Send
from .mailpit.tags import TagCalls
from .mailpit.thumbnails import Thumbnails
from .mailpit.views import Views
from .own.api import OPENAPI, OwnApi
from .served import ServedSink


class Door:
    """The application, with the mailbox that stands between it and the sink."""

    def __init__(self, sink: ServedSink, hosts: Iterable[str], token: str | None) -> None:
        self._events = Events()
        self.mailbox = Mailbox(sink, self._events)
        message = Message(self.mailbox)
        rooms = (
            *(About(sink, self.mailbox), Messages(self.mailbox), message, TagCalls(self.mailbox), Chaos(sink)),
            *(Checks(message), Thumbnails(message), Views(message), Send(sink, message), OwnApi(sink)),
        )
        routes = [Route("/", lambda request: RedirectResponse(OPENAPI))]
        application = Starlette(
            routes=[*routes, *(one for room in rooms for one in room.routes), *self._events.routes],
            exception_handlers={404: _no_page, 405: _no_page, 500: _broken},
        )
        self.app: ASGIApp = Guard(application, hosts, token)

    def close(self) -> None:
        """Lets go of clients that listen for events."""
        self._events.close()


def _no_page(request: Request, error: Exception) -> Response:
    if request.method == "OPTIONS":  # a browser asks before it calls; Guard has said who may
        return text_answer("")
    status = getattr(error, "status_code", 404)
    return text_answer("404 page not found" if status == 404 else "Method Not Allowed", status)


def _broken(request: Request, error: Exception) -> Response:
    return text_answer(f"{type(error).__name__} in the sink's HTTP door", 500)

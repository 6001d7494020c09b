"""A letter as a page or a text of its own, for tests in browsers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..calls import Call, CallError, route
from ..mailbox.entry import Entry
from .message import Message

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

_CID = re.compile(r"(?<=[=\"'(])cid:([^\"'\s/<>;)]+)", re.IGNORECASE)
_LEAVES_THE_PAGE = re.compile(r"<(?:base\b|meta\b[^<>]*http-equiv)[^<>]*>?", re.IGNORECASE)


class Views:
    """/view/{id}.html and /view/{id}.txt."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self.routes: list[Route] = [
            route("GET", "/view/{id}.html", self.view_html),
            route("GET", "/view/{id}.txt", self.view_text),
        ]

    def view_html(self, call: Call) -> Response:
        """The page, its inline pictures fetched from here; neither scripts nor forms work in it."""
        from starlette.responses import HTMLResponse

        entry = self._viewed(call)
        opened = entry.open()
        if not opened.parts.html:
            raise CallError("This message does not contain a HTML part", 404)
        pictures = {
            part.content_id.lower(): f"/api/v1/message/{entry.key}/part/{part.id}"
            for part in (*opened.parts.attachments, *opened.parts.inline)
            if part.content_id
        }
        html = _CID.sub(lambda found: pictures.get(found[1].lower(), found[0]), opened.parts.html)
        self._message.mailbox.set_read([entry], True)
        return HTMLResponse(_LEAVES_THE_PAGE.sub("", html).encode(errors="replace"))

    def view_text(self, call: Call) -> Response:
        """The text."""
        from starlette.responses import PlainTextResponse

        entry = self._viewed(call)
        self._message.mailbox.set_read([entry], True)
        return PlainTextResponse(entry.open().text.encode(errors="replace"))

    def _viewed(self, call: Call) -> Entry:
        try:
            return self._message.entry(call)
        except CallError:
            raise CallError("Message not found", 404) from None

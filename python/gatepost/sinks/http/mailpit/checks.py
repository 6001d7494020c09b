"""Checks of a letter. None of them sends a request anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ....message.html_tokens import Tag, tokens
from ..calls import Call, CallError, json_answer, route
from ..mailbox.summary import Opened
from .message import Message

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

_MOST_LINKS = 100
_URL = re.compile(r"https?://[-\w@:%+'!.~#?,&/=;]+", re.IGNORECASE)
_IN_TEXT = re.compile(r"<(https?://[^<>]+)>|(https?://[-\w@:%+'!.~#?,&/=;]+)", re.IGNORECASE)
_NOT_ASKED = "not requested: the sink sends nothing"
_TAGS = {"a": "href", "img": "src", "link": "href"}


class Checks:
    """/api/v1/message/{id}/link-check and its siblings."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self.routes: list[Route] = [
            route("GET", "/api/v1/message/{id}/link-check", self.links),
            route("GET", "/api/v1/message/{id}/html-check", self.html),
        ]

    def links(self, call: Call) -> Response:
        """The links, html first, each once; an error is one that no request could be made of."""
        opened = self._message.entry(call).open()
        links: dict[str, str] = {}
        for link in _links(opened):
            links.setdefault(link, _status(link))
            if len(links) == _MOST_LINKS:
                break
        errors = sum(status != _NOT_ASKED for status in links.values())
        found: list[dict[str, Any]] = [
            {"URL": link, "StatusCode": 0, "Status": status} for link, status in links.items()
        ]
        return json_answer({"Errors": errors, "Links": found})

    def html(self, call: Call) -> Response:
        """Not there."""
        opened = self._message.entry(call).open()
        if not opened.parts.html:
            raise CallError("message does not contain HTML")
        raise CallError("this sink has no HTML check: it comes without the data of caniemail.com")


def _links(opened: Opened) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {name: [] for name in ("a", "link", "img")}
    for token in tokens(opened.parts.html):
        if isinstance(token, Tag) and not token.closing and token.name in _TAGS:
            if token.name == "link" and token.get("rel") != "stylesheet":
                continue
            value = (token.get(_TAGS[token.name]) or "").strip()
            if _URL.search(value):
                by_tag[token.name].append(value)
    for found in by_tag.values():
        yield from found
    bracketed = []
    for match in _IN_TEXT.finditer(opened.parts.text):
        if match[1]:
            bracketed.append(re.sub(r"\r?\n", "", match[1]))
        else:
            yield match[2]
    yield from bracketed


def _status(link: str) -> str:
    try:
        parts = urlsplit(link)
        _ = parts.port
    except ValueError as error:
        return f"no URL: {error}"
    return _NOT_ASKED if parts.hostname else "no URL: it names no host"

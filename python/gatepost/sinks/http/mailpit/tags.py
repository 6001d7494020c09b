"""Tags: which there are, which a letter bears, their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calls import Call, CallError, json_answer, ok, route, strings
from ..mailbox.mailbox import Mailbox
from ..mailbox.tags import clean

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route


class TagCalls:
    """/api/v1/tags."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.routes: list[Route] = [
            route("GET", "/api/v1/tags", self.list),
            route("PUT", "/api/v1/tags", self.set),
            route("PUT", "/api/v1/tags/{tag}", self.rename),
            route("DELETE", "/api/v1/tags/{tag}", self.delete),
        ]

    def list(self, call: Call) -> Response:
        """All in use."""
        self._mailbox.follow()
        return json_answer(self._mailbox.tags.names)

    def set(self, call: Call) -> Response:
        """Gives letters these tags and no others."""
        fields = call.fields()
        names = strings(fields.get("tags"), "Tags")
        for entry in self._mailbox.find_all(strings(fields.get("ids"), "IDs")):
            self._mailbox.set_tags(entry, names)
        return ok()

    def rename(self, call: Call) -> Response:
        """On all letters that bear it."""
        given = call.fields().get("name", "")
        name = clean(given) if isinstance(given, str) else ""
        if not name:
            raise CallError(f"invalid tag name: {name}")
        return _done(self._mailbox.rename_tag(call.path["tag"], name))

    def delete(self, call: Call) -> Response:
        """From all letters; they stay."""
        return _done(self._mailbox.delete_tag(call.path["tag"]))


def _done(error: str | None) -> Response:
    if error is not None:
        raise CallError(error)
    return ok()

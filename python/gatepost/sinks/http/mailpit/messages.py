"""Lists and searches of letters, their read state, and deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calls import Call, CallError, json_answer, ok, route, strings
from ..mailbox.dates import read_date
from ..mailbox.entry import Entry
from ..mailbox.mailbox import Mailbox

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route


class Messages:
    """/api/v1/messages and /api/v1/search."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.routes: list[Route] = [
            route("GET", "/api/v1/messages", self.messages),
            route("PUT", "/api/v1/messages", self.set_read),
            route("DELETE", "/api/v1/messages", self.delete),
            route("GET", "/api/v1/search", self.search),
            route("DELETE", "/api/v1/search", self.delete_found),
        ]

    def messages(self, call: Call) -> Response:
        """The newest first; `limit` 0 means all."""
        entries = self._mailbox.newest_first()
        total, unread = len(entries), self._mailbox.unread
        entries = _older(entries, call)
        start, limit = _page(call)
        page = entries[start : start + limit] if limit else entries
        return self._answer(page, start, total, unread)

    def search(self, call: Call) -> Response:
        """Those that pass the query."""
        found = _older(self._mailbox.search(_query(call), call.query.get("tz", "")), call)
        start, limit = _page(call)
        unread = sum(not entry.read for entry in found)
        return self._answer(found[start : start + limit], start, len(found), unread)

    def _answer(self, page: list[Entry], start: int, count: int, unread: int) -> Response:
        mailbox = self._mailbox
        facts = {
            "total": mailbox.total,
            "unread": mailbox.unread,
            "count": len(page),
            "messages_count": count,
            "messages_unread": unread,
            "start": start,
            "tags": mailbox.tags.names,
        }
        from json import dumps

        head = dumps(facts, ensure_ascii=False)[:-1]
        return json_answer(f'{head}, "messages": [{",".join(entry.as_json() for entry in page)}]}}')

    def set_read(self, call: Call) -> Response:
        """By ids, by a search, or of all letters."""
        fields = call.fields()
        keys, query, read = strings(fields.get("ids"), "IDs"), fields.get("search") or "", fields.get("read") or False
        if keys and query:
            raise CallError("You may specify either IDs or a search query, not both")
        if not isinstance(query, str):
            raise CallError("Search takes a string")
        if not isinstance(read, bool):
            if read not in ("true", "false"):  # what a form can say
                raise CallError("Read takes true or false")
            read = read == "true"
        if query:
            entries = self._mailbox.search(query, call.query.get("tz", ""))
        else:
            entries = self._mailbox.find_all(keys) if keys else self._mailbox.newest_first()
        self._mailbox.set_read(entries, read)
        return ok()

    def delete(self, call: Call) -> Response:
        """By ids; without ids all, which empties the sink."""
        keys = strings(call.fields().get("ids"), "IDs")
        if keys:
            self._mailbox.delete(self._mailbox.find_all(keys))
        else:
            self._mailbox.delete_all()
        return ok()

    def delete_found(self, call: Call) -> Response:
        """Those that pass the query."""
        self._mailbox.delete(self._mailbox.search(_query(call), call.query.get("tz", "")))
        return ok()


def _query(call: Call) -> str:
    query = call.query.get("query", "").strip()
    if not query:
        raise CallError("Error: no search query")
    return query


def _page(call: Call) -> tuple[int, int]:
    return call.number("start", 0, least=1), call.number("limit", 50)


def _older(entries: list[Entry], call: Call) -> list[Entry]:
    before = read_date(call.query.get("before", ""), None) if call.query.get("before") else None
    return entries if before is None else [entry for entry in entries if entry.stored.received < before]

"""One letter: what it holds, its headers, source and parts."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..calls import Call, CallError, json_answer, route
from ..mailbox.dates import as_json_time, from_unix
from ..mailbox.entry import Entry
from ..mailbox.mailbox import Mailbox
from ..mailbox.parts import NumberedPart
from ..mailbox.summary import Opened
from .unsubscribe import read_unsubscribe

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

_RUNS_IN_BROWSERS = (
    *("text/html", "text/xml", "application/xhtml+xml", "image/svg+xml", "application/xml", "text/xsl"),
)


class Message:
    """/api/v1/message/{id} and what is below it; "latest" is the id of the newest, with `query` of the newest found."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.routes: list[Route] = [
            route("GET", "/api/v1/message/{id}", self.get),
            route("GET", "/api/v1/message/{id}/headers", self.headers),
            route("GET", "/api/v1/message/{id}/raw", self.raw),
            route("GET", "/api/v1/message/{id}/part/{part}", self.part),
        ]

    def entry(self, call: Call) -> Entry:
        """The letter that the path names; an answer of 404 where there is none."""
        key = call.path["id"]
        if key == "latest":
            query = call.query.get("query", "").strip()
            tz = call.query.get("tz", "")
            found = self.mailbox.search(query, tz) if query else self.mailbox.newest_first()
            if not found:
                raise CallError("Message not found", 404)
            return found[0]
        entry = self.mailbox.find(key)
        if entry is None:
            raise CallError("404 page not found", 404)
        return entry

    def get(self, call: Call) -> Response:
        """All but the bytes of files; the letter counts as read from now on."""
        entry = self.entry(call)
        opened = entry.open()
        answer = {
            "ID": entry.key,
            "MessageID": opened.message_id,
            "Read": True,  # as older versions of Mailpit said; mailpit-api-client wants it
            "From": opened.sender,
            "To": opened.to,
            "Cc": opened.cc,
            "Bcc": opened.bcc,
            "ReplyTo": opened.reply_to,
            "ReturnPath": opened.headers.get("return-path").strip("<>") or opened.sender["Address"],
            "Subject": opened.subject,
            "ListUnsubscribe": read_unsubscribe(opened.headers),
            "Date": as_json_time(_date(opened)),
            "Tags": [tag.name for tag in entry.tags],
            "Username": entry.stored.user,
            "Text": opened.text,
            "HTML": opened.parts.html,
            "Size": len(opened.raw),
            "Inline": [_described(part) for part in opened.parts.inline + opened.parts.others if part.name],
            "Attachments": [_described(part) for part in opened.parts.attachments if part.name],
        }
        self.mailbox.set_read([entry], True)
        return json_answer(answer)

    def headers(self, call: Call) -> Response:
        """As written, unfolded."""
        return json_answer(self.entry(call).open().headers.canonical())

    def raw(self, call: Call) -> Response:
        """The letter's source, in Mailpit's form."""
        from starlette.responses import Response

        entry = self.entry(call)
        saved = (
            {"content-disposition": f'attachment; filename="{entry.key}.eml"'} if call.query.get("dl") == "1" else {}
        )
        return Response(entry.open().raw, media_type="text/plain; charset=utf-8", headers=saved)

    def part(self, call: Call) -> Response:
        """The bytes of a file; what a browser would run comes as bytes to save."""
        from starlette.responses import Response

        part = self.find_part(call)
        runs = part.type in _RUNS_IN_BROWSERS
        name = quote(part.name, safe="$&+:=@")
        shown = {"content-disposition": f'{"attachment" if runs else "inline"}; filename="{name}"'}
        kind = "application/octet-stream" if runs or not _is_type(part.type) else part.type
        return Response(part.content, headers={**shown, "content-type": kind})

    def find_part(self, call: Call) -> NumberedPart:
        """The file that the path names."""
        parts = self.entry(call).open().parts
        for part in (*parts.inline, *parts.others, *parts.attachments):
            if part.id == call.path["part"]:
                return part
        raise CallError("404 page not found", 404)


def _is_type(kind: str) -> bool:
    return re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) is not None


def _described(part: NumberedPart) -> dict[str, Any]:
    hashes = {name: hashlib.new(name, part.content, usedforsecurity=False) for name in ("md5", "sha1", "sha256")}
    return {
        "PartID": part.id,
        "FileName": part.name,
        "ContentType": part.type,
        "ContentID": part.content_id,
        "Size": len(part.content),
        "Checksums": {name.upper(): digest.hexdigest() for name, digest in hashes.items()},
    }


def _date(opened: Opened) -> datetime:
    try:
        date = parsedate_to_datetime(opened.headers.get("date"))
        return date if date.tzinfo else date.replace(tzinfo=from_unix(0).tzinfo)
    except (ValueError, OverflowError):
        return from_unix(opened.stored.received)

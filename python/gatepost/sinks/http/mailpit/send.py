"""Letters composed by JSON: they go into the sink over SMTP, past its rules, as every letter does; and release."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....errors import SendError
from ....message import Attachment
from ....message import Message as Letter
from ..calls import Call, CallError, json_answer, route, strings
from ..served import ServedSink
from .message import Message

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

_MOST_BODY = 50 << 20
_WRITTEN_BY_FIELDS = {
    *("to", "from", "cc", "bcc", "reply-to", "date", "subject", "content-type", "mime-version", "x-tags"),
}


class Send:
    """/api/v1/send and /api/v1/message/{id}/release."""

    def __init__(self, sink: ServedSink, message: Message) -> None:
        self._sink, self._message = sink, message
        self.routes: list[Route] = [
            route("POST", "/api/v1/send", self.send, _MOST_BODY, json_errors=True),
            route("POST", "/api/v1/message/{id}/release", self.release),
        ]

    def send(self, call: Call) -> Response:
        """Its id in the inbox; an error of JSON where the letter is none, or a rule refuses it."""
        from ....sending.mailer import Mailer

        letter = _letter(call.fields())
        after = self._sink.received
        try:
            with Mailer(self._sink.account()) as mailer:
                result = mailer.send(letter)
        except SendError as error:
            raise CallError(str(error)) from None
        if not result.accepted:
            raise CallError(str(result.refused[0]))
        named = result.message_id.encode()
        for stored in self._sink._core.letters(after=after):
            if named in stored.raw:
                return json_answer({"ID": str(stored.id)})
        raise CallError("a rule of the sink accepted the letter and threw it away")

    def release(self, call: Call) -> Response:
        """Never: a sink delivers nothing."""
        self._message.entry(call)
        raise CallError("SMTP error: this sink delivers nothing; fetch the letter and send it by `gatepost send`")


def _letter(fields: Mapping[str, Any]) -> Letter:
    headers = dict(_object(fields.get("headers"), "Headers"))
    for name, value in headers.items():
        if name.lower() in _WRITTEN_BY_FIELDS:
            raise CallError(f'cannot overwrite header: "{name}"')
        if not isinstance(value, str):
            raise CallError("Headers takes an object of strings")
    if tags := strings(fields.get("tags"), "Tags"):
        headers["X-Tags"] = ", ".join(tags)
    files = [_file(one) for one in _list(fields.get("attachments"), "Attachments")]
    return Letter(
        from_=_contact(fields.get("from"), "From"),
        to=[_contact(one, "To") for one in _list(fields.get("to"), "To")],
        cc=[_contact(one, "Cc") for one in _list(fields.get("cc"), "Cc")],
        reply_to=[_contact(one, "Reply-To") for one in _list(fields.get("replyto"), "ReplyTo")],
        bcc=strings(fields.get("bcc"), "Bcc"),
        subject=_text(fields.get("subject"), "Subject"),
        text=_text(fields.get("text"), "Text"),
        html=_text(fields.get("html"), "HTML") or None,
        attachments=[file for content_id, file in files if not content_id],
        inline={content_id: file for content_id, file in files if content_id},
        headers=headers,
    )


def _contact(given: Any, name: str) -> tuple[str, str]:
    fields = _object(given, name)
    return _text(fields.get("name"), f"{name}.Name"), _text(fields.get("email"), f"{name}.Email")


def _file(given: Any) -> tuple[str, Attachment]:
    fields = _object(given, "Attachments")
    name = _text(fields.get("filename"), "Filename")
    content = _text(fields.get("content"), "Content").rpartition(",")[2]
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CallError(f'error decoding base64 attachment "{name}": {error}') from None
    kind = _text(fields.get("contenttype"), "ContentType")
    return _text(fields.get("contentid"), "ContentID"), Attachment(data, name=name, type=kind or None)


def _object(given: Any, name: str) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise CallError(f"{name} takes an object")
    return given if name == "Headers" else {key.lower(): value for key, value in given.items()}


def _list(given: Any, name: str) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise CallError(f"{name} takes a list")
    return given


def _text(given: Any, name: str) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise CallError(f"{name} takes a string")
    return given

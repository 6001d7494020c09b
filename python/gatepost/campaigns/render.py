"""From a leased recipient to the columns that the engine takes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from .. import _core
from ..history.store import LeasedRecipient
from .addresses import wire_address
from .jinja import RowError
from .parts import personal_attachment
from .spec import CampaignSpec

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(slots=True)
class Letters:
    """Columns of one call of Engine.submit_personal; all letters in it share `unsubscribe`."""

    unsubscribe: str
    tickets: list[int] = field(default_factory=list)
    to_address: list[str] = field(default_factory=list)
    to_name: list[str] = field(default_factory=list)
    subject: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    message_id: list[str] = field(default_factory=list)
    letter_id: list[str] = field(default_factory=list)
    attachments: list[Sequence[_core.Part]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One letter, before MIME."""

    subject: str
    text: str
    html: str
    to_name: str
    unsubscribe: str
    attachments: Sequence[_core.Part]


class Renderer:
    """Renders the letters of one campaign. RowError where a recipient's letter cannot be made."""

    def __init__(self, spec: CampaignSpec) -> None:
        self._spec = spec
        parts = spec.template.parts
        self._subject = parts["subject"]
        self._text = parts.get("text")
        self._html = parts.get("html")
        self._folder = Path(spec.folder)
        sources = [item for item in spec.attachments if isinstance(item, str)]
        self._paths = [(part, _base(spec.folder, path)) for part, path in zip(spec.path_parts, sources, strict=True)]

    def render(self, recipient: LeasedRecipient) -> Rendered:
        """The letter of one recipient."""
        values: dict[str, Any] = json.loads(recipient.fields)
        values.setdefault("email", recipient.email)
        subject = self._subject.render(values)
        if not subject.isprintable() and _CONTROL.search(subject):
            raise RowError("subject: a line break or control character came out of the row's fields")
        spec = self._spec
        if spec.to_name_part is not None:
            to_name = spec.to_name_part.render(values).strip()
            if _CONTROL.search(to_name):
                raise RowError("to_name: a line break or control character came out of the row's fields")
        else:
            to_name = wire_address(recipient.email)[1] if "<" in recipient.email else ""
        unsubscribe = ascii_url(spec.unsubscribe_part.render(values).strip()) if spec.unsubscribe_part else ""
        if unsubscribe and _CONTROL.search(unsubscribe):
            raise RowError("list_unsubscribe: a line break or control character came out of the row's fields")
        return Rendered(
            subject,
            self._text.render(values) if self._text else "",
            self._html.render(values) if self._html else "",
            to_name,
            unsubscribe,
            self._attachments(values) if self._paths else (),
        )

    def _attachments(self, values: dict[str, Any]) -> list[_core.Part]:
        found = []
        for part, base in self._paths:
            path = part.render(values).strip()
            if path and not path.endswith("/"):
                found.append(personal_attachment(base, self._folder / path))
        return found

    def submit_columns(self, letters: Letters) -> dict[str, Any]:
        """Keyword arguments of Engine.submit_personal."""
        return {
            "tickets": letters.tickets,
            "to_address": letters.to_address,
            "to_name": letters.to_name,
            "subject": letters.subject,
            "text": letters.text if self._text else None,
            "html": letters.html if self._html else None,
            "message_id": letters.message_id,
            "letter_id": letters.letter_id,
            "attachments": letters.attachments if self._paths else None,
        }


def shared_content(spec: CampaignSpec, sender: str, unsubscribe: str) -> _core.LetterContent:
    """What all letters through one account have in common. `sender`: what From shows."""
    return _core.LetterContent(
        from_=_core.parse_mailbox(sender),
        reply_to=_core.parse_mailbox_list(spec.reply_to) if spec.reply_to else (),
        inline_parts=[part.to_core() for part in spec.inline],
        attachments=[part.to_core() for part in spec.attachments if not isinstance(part, str)],
        headers=list(spec.headers.items()),
        campaign_id=spec.campaign_id,
        list_unsubscribe=unsubscribe,
    )


def ascii_url(url: str) -> str:
    """A URL as a header may hold it: the host as A-labels, the rest percent-encoded (RFC 3987 §3.1)."""
    if url.isascii():
        return url
    try:
        parts = urlsplit(url)
        if parts.hostname and not parts.hostname.isascii():
            host = _core.normalise_address(f"a@{parts.hostname}")[2:]
            url = parts._replace(netloc=parts.netloc.replace(parts.hostname, host)).geturl()
    except ValueError as error:
        raise RowError(f"list_unsubscribe: {error}") from None
    return quote(url, safe="".join(map(chr, range(33, 127))))


def _base(folder: str, source: str) -> Path:
    """The folder below which a recipient's attachment must lie: what the path says before its first {{."""
    fixed = source.split("{", 1)[0]
    return Path(folder) / fixed.rpartition("/")[0]

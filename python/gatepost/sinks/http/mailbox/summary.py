"""A letter as a list shows it, made once, with what searches look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .... import _core
from ....message.plain_text import to_text
from .dates import as_json_time, from_unix
from .html_text import links_of, one_line, words_of
from .parts import LetterParts
from .stored_form import Headers, additions, stored_form
from .tags import Tag, tags_in

_SNIPPET = 200  # bytes
_SNIPPET_FROM = 4000  # characters of a letter, however many of them are space

Contact = dict[str, str]
_encode = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a letter without its body; JSON texts as clients get them, but for `Read` and `Tags`."""

    before_read: str
    before_tags: str
    behind_tags: str
    sought: dict[str, str]
    """In small letters, where a search looks by its prefix: from, to, cc, bcc, reply-to, subject, message-id."""
    size: int
    created: float
    attachments: int
    inline: int
    first_tags: list[str]

    def as_json(self, read: bool, tags: Sequence[Tag]) -> str:
        """The whole, for a list."""
        names = _encode([tag.name for tag in tags]) if tags else "[]"
        return f"{self.before_read}{'true' if read else 'false'}{self.before_tags}{names}{self.behind_tags}"


class Opened:
    """A letter parsed and brought into Mailpit's form; kept for one request."""

    def __init__(self, stored: _core.StoredLetter) -> None:
        raw = stored.raw.replace(b"\r\r\n", b"\r\n")
        self.stored = stored
        self.letter = letter = _core.parse(raw)
        self.parts = LetterParts(letter)
        written = Headers(raw)
        self.added = additions(letter, written, stored.mail_from, stored.rcpt_to, str(stored.id))
        self.raw = stored_form(raw, self.added)
        self.headers = written.with_additions(self.added)
        self.message_id = self.headers.get("message-id").strip("<> ")
        self.sender = next(iter(contacts(letter.from_)), {"Name": written.get("from"), "Address": ""})
        self.to, self.cc, self.reply_to = contacts(letter.to), contacts(letter.cc), contacts(letter.reply_to)
        self.bcc = contacts([*letter.bcc, *(("", address) for address in self.added.unnamed)])
        self.subject = letter.subject

    @property
    def text(self) -> str:
        """Its text; where it has none, that of its html."""
        return self.parts.text or (to_text(self.parts.html).rstrip("\n") if self.parts.html else "")

    @cached_property
    def words(self) -> str:
        """What it says: its page without tags, or else its text."""
        return words_of(self.parts.html) if self.parts.html else self.parts.text

    @property
    def snippet(self) -> str:
        """The beginning of what it says."""
        text = one_line(self.words[:_SNIPPET_FROM])
        return text if len(text.encode()) <= _SNIPPET else f"{text.encode()[:_SNIPPET].decode(errors='ignore')}..."

    def search_text(self) -> str:
        """All that a search without a prefix looks at."""
        names = ("from", "subject", "to", "cc", "bcc", "reply-to", "return-path")
        pieces = [_core.decode_encoded_words(self.headers.get(name)) for name in names]
        pieces += [self.words, *links_of(self.parts.html)]
        pieces += [part.file_name for part in self.parts.attachments]
        return for_search(" ".join(pieces))

    def summary(self) -> Summary:
        """For the list."""
        addresses = {"from": self.sender, "to": self.to, "cc": self.cc, "bcc": self.bcc, "reply-to": self.reply_to}
        texts = {name: _encode(value or None) for name, value in addresses.items()}
        before_tags = {
            "From": self.sender,
            "To": self.to or None,
            "Cc": self.cc or None,
            "Bcc": self.bcc or None,
            "ReplyTo": self.reply_to,
            "Subject": self.subject,
            "Created": as_json_time(from_unix(self.stored.received)),
            "Username": self.stored.user,
        }
        behind_tags = {"Size": len(self.raw), "Attachments": len(self.parts.attachments), "Snippet": self.snippet}
        tagged = [one["Address"] for one in (*self.to, *self.cc, *self.bcc, self.sender)]
        return Summary(
            before_read=f'{_inside({"ID": str(self.stored.id), "MessageID": self.message_id})},"Read":',
            before_tags=f',{_inside(before_tags)[1:]},"Tags":',
            behind_tags=f",{_inside(behind_tags)[1:]}}}",
            sought={
                **{name: text.lower() for name, text in texts.items()},
                "subject": self.subject.lower(),
                "message-id": self.message_id.lower(),
            },
            size=len(self.raw),
            created=self.stored.received,
            attachments=len(self.parts.attachments),
            inline=len(self.parts.inline),
            first_tags=tags_in(self.headers.get("x-tags"), tagged),
        )


def contacts(mailboxes: Iterable[_core.Mailbox]) -> list[Contact]:
    """Names and addresses as clients get them."""
    return [{"Name": name, "Address": address} for name, address in mailboxes]


def for_search(text: str) -> str:
    """In small letters, without the characters that stand around addresses, on one line."""
    for char in '><",;()\ufeff':
        text = text.replace(char, " ")
    return " ".join(text.lower().split())


def _inside(fields: dict[str, Any]) -> str:
    return _encode(fields)[:-1]

"""From leased recipients to the columns that the engine merges into letters, and the program that it merges by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from ... import _core
from ...arguments import named
from ...store import LeasedRecipient
from ..lists.addresses import wire_address
from ..lists.row_json import read_rows
from ..lists.row_options import attachment_paths
from ..lists.row_options import letter_id as letter_id_of
from ..spec import CampaignSpec
from ..template.jinja import Contexts, Part, RowError
from ..template.merge import Slot
from ..template.parts import personal_attachment

_In = TypeVar("_In")
_Out = TypeVar("_Out")


@dataclass(slots=True)
class Letters:
    """What a letter to each of these recipients differs in, by column; `failed`: those whose letter cannot be made."""

    recipients: Sequence[LeasedRecipient]
    to_name: list[str]
    letter_id: list[str]
    columns: list[list[str]]
    attachments: list[list[_core.Part]] | None
    failed: list[tuple[LeasedRecipient, RowError]]

    def render(self, program: _core.MergeProgram, index: int, message_id: str = "") -> bytes:
        """One of the letters here and now, to look at. InputError where it cannot be made."""
        one = self.recipients[index]
        return program.render(
            to_address=one.address,
            to_name=self.to_name[index],
            message_id=message_id or f"{one.row}@preview.invalid",
            letter_id=self.letter_id[index],
            values=[column[index] for column in self.columns],
            attachments=self.attachments[index] if self.attachments is not None else (),
        )


class Renderer:
    """The letters of one campaign: how they are merged, and from what."""

    def __init__(self, spec: CampaignSpec) -> None:
        self._spec = spec
        self.row_options = spec.row_options
        self._slots: list[tuple[Part, Slot]] = []  # by column
        self._column_of: dict[str, int] = {}  # of fields
        parts = spec.template.parts
        self._subject = self._merge_text(parts["subject"])
        # The html before the text that may be made of it: the first part that fails is the one that is named.
        self._html = self._merge_text(parts["html"]) if "html" in parts else None
        self._text = self._merge_text(parts["text"]) if "text" in parts else None
        self._personal_url: Part | None = None  # the column after those of slots
        self._unsubscribe: _core.MergeText | None = None
        if (url := spec.unsubscribe_part) is not None:
            if url.pieces.slots:
                self._personal_url = url
                self._unsubscribe = ["", ""], [(len(self._slots), False)]
            else:
                self._unsubscribe = [self._links(url.render({}))], []
        self._folder = Path(spec.folder)
        named = self.row_options.columns.get("attachments")
        folder = self.row_options.folder
        self._files = (folder, named) if named is not None and folder is not None else None  # of a row's own
        sources = [item for item in spec.attachments if isinstance(item, str)]
        self._paths = [(part, _base(spec.folder, path)) for part, path in zip(spec.path_parts, sources, strict=True)]

    def _merge_text(self, part: Part) -> _core.MergeText:
        """A part as the core takes it; a field that stands in several parts is one column."""
        slots = []
        for slot in part.pieces.slots:
            column = len(self._slots)
            if slot.field is not None:
                column = self._column_of.setdefault(slot.field, column)
            if column == len(self._slots):
                self._slots.append((part, slot))
            slots.append((column, part.escapes and slot.field is not None))
        return list(part.pieces.literals), slots

    def program(self, sender: str, files: bool = True) -> _core.MergeProgram:
        """How letters from `sender` (what From shows) are merged. `files`: with inline images and shared attachments.
        InputError for what no letter could be made of."""
        spec = self._spec
        with named("reply_to"):
            reply_to = _core.parse_mailbox_list(spec.reply_to) if spec.reply_to else ()
        if not reply_to and spec.from_ is not None and _address(spec.from_) != _address(sender):
            reply_to = [_core.parse_mailbox(spec.from_)]  # the account put its own address into From
        shared = _core.LetterContent(
            from_=_core.parse_mailbox(sender),
            reply_to=reply_to,
            inline_parts=[part.to_core() for part in spec.inline if files],
            attachments=[part.to_core() for part in spec.attachments if files and not isinstance(part, str)],
            headers=list(spec.headers.items()),
            campaign_id=spec.campaign_id,
        )
        return _core.MergeProgram(
            shared,
            subject=self._subject,
            text=self._text,
            html=self._html,
            list_unsubscribe=self._unsubscribe,
            columns=len(self._slots) + (self._personal_url is not None),
        )

    def check_unsubscribe(self, sender: str) -> None:
        """InputError where what list_unsubscribe says between its fields is in no URL, whatever the fields hold."""
        if self._personal_url is None:
            return
        url = "x".join(self._personal_url.pieces.literals).strip()
        if ":" not in self._personal_url.pieces.literals[0]:  # a field brings the scheme
            url = f"https://{url}"
        shared = _core.LetterContent(from_=_core.parse_mailbox(sender))
        fixed: _core.MergeText = (["x"], [])
        _core.MergeProgram(shared, subject=fixed, text=fixed, html=None, list_unsubscribe=([self._links(url)], []))

    def _links(self, rendered: str) -> str:
        """The URLs of list_unsubscribe, a line each, as the core takes them."""
        lines = rendered.strip().split("\n")
        if len(lines) > len(self._spec.list_unsubscribe.split("\n")):
            raise RowError("list_unsubscribe: a field has a line break")
        return " ".join(filter(None, map(_link, lines)))

    def letters(self, recipients: Sequence[LeasedRecipient]) -> Letters:
        """The values of many recipients at once."""
        rows = values_of(recipients, self._spec.address_column)
        contexts = Contexts(rows)
        failed: dict[int, RowError] = {}
        columns = [part.column(slot, contexts, failed) for part, slot in self._slots]
        if self._personal_url is not None:
            columns.append(_each(self._links, self._personal_url.texts(contexts, failed), failed))
        if self._spec.to_name_part is not None:
            to_name = [name.strip() for name in self._spec.to_name_part.texts(contexts, failed)]
        else:
            to_name = [wire_address(one.email)[1] if "<" in one.email else "" for one in recipients]
        ids = self.row_options.columns.get("letter_id")
        letter_id = [letter_id_of(row.get(ids)) if ids else "" for row in rows]
        letter_id = [text or str(one.row) for text, one in zip(letter_id, recipients, strict=True)]
        personal = self._paths or self._files is not None
        attachments = _each(self._attachments, rows, failed) if personal else None
        letters = Letters(recipients, to_name, letter_id, columns, attachments, [])
        return _without(letters, failed) if failed else letters

    def _attachments(self, values: dict[str, Any]) -> list[_core.Part]:
        found = []
        for part, base in self._paths:
            path = part.render(values).strip()
            if path and not path.endswith("/"):
                found.append(personal_attachment(base, self._folder / path))
        if self._files is not None:
            folder, column = self._files
            found += [personal_attachment(folder, folder / path) for path in attachment_paths(values.get(column))]
        return found


def _address(mailbox: str) -> str:
    return _core.parse_mailbox(mailbox)[1]


def values_of(recipients: Sequence[LeasedRecipient], address_column: str) -> list[dict[str, Any]]:
    """The rows that templates see; `email` is always there."""
    rows = read_rows([recipient.fields for recipient in recipients])
    if address_column != "email":
        for row, recipient in zip(rows, recipients, strict=True):
            row.setdefault("email", recipient.email)
    return rows


def _each(make: Callable[[_In], _Out], values: Iterable[_In], failed: dict[int, RowError]) -> list[_Out]:
    made: list[Any] = []
    for index, value in enumerate(values):
        try:
            made.append(make(value))
        except RowError as error:
            made.append(None)  # it will be left out
            failed.setdefault(index, error)
    return made


def _without(letters: Letters, failed: dict[int, RowError]) -> Letters:
    """The same without the rows that failed."""
    whole = [index for index in range(len(letters.recipients)) if index not in failed]

    def kept(column: Sequence[_Out]) -> list[_Out]:
        return [column[index] for index in whole]

    return Letters(
        kept(letters.recipients),
        kept(letters.to_name),
        kept(letters.letter_id),
        [kept(column) for column in letters.columns],
        kept(letters.attachments) if letters.attachments is not None else None,
        [(letters.recipients[index], error) for index, error in sorted(failed.items())],
    )


def _link(rendered: str) -> str:
    url = rendered.strip()
    if any(map(str.isspace, url)):
        raise RowError(f"list_unsubscribe: {url!r} is no URL: there is a space in it")
    return ascii_url(url)


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

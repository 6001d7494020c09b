"""Files that go with a letter."""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message as StdlibMessage
from os import PathLike
from pathlib import Path
from typing import Any

from .. import _core, arguments
from ..errors import InputError, with_errno
from ..files import regular
from .words import decoded

_COMPRESSED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}
_SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}
_SIGNATURE_BYTES = 16
_NAME = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"  # RFC 6838 §4.2
_TYPE = re.compile(rf"(?!multipart/){_NAME}/{_NAME}", re.IGNORECASE)


class Attachment:
    """A file for a letter: `Attachment("счёт.pdf")`, or `Attachment(data, name="d.csv", type="text/csv")`.

    A str or Path names a file, which must be readable now (InputError) and is read when a letter is made of it, block
    by block into the engine: its bytes are no Python object unless `data` is asked for. Bytes are taken as they are.
    `name` defaults to the file's, `type` (a media type) to what the name says. Encoded once, however many letters have
    it.
    """

    __slots__ = ("_data", "_parts", "_path", "name", "type")

    def __init__(
        self,
        source: bytes | bytearray | memoryview | str | PathLike[str],
        *,
        name: str | None = None,
        type: str | None = None,
    ) -> None:
        name = arguments.optional(decoded)("name", name)
        arguments.optional(arguments.text)("type", type)
        if isinstance(source, bytes | bytearray | memoryview):
            self._path: Path | None = None
            self._data = bytes(source)
            self.name = name or ""
        elif isinstance(source, str | PathLike):
            self._path = arguments.path("attachment", source)
            self._data = _read(self._path, _SIGNATURE_BYTES)
            self.name = name if name is not None else self._path.name
        elif isinstance(source, StdlibMessage):
            raise InputError(
                f"attachment takes a path or bytes, not {source.__class__.__name__}; of a part the bytes are "
                "part.get_payload(decode=True), of a letter letter.as_bytes()"
            )
        else:
            raise arguments.refuse("attachment", "a path or bytes", source)
        self.type = type or guess_type(self.name, self._data[:_SIGNATURE_BYTES])
        self._parts: dict[str, _core.Part] = {}

    @property
    def data(self) -> bytes:
        """The bytes; of a file, read now."""
        return self._data if self._path is None else _read(self._path)

    @property
    def size(self) -> int:
        """How many bytes; of a file, now."""
        if self._path is None:
            return len(self._data)
        with _reading(self._path):
            return self._path.stat().st_size

    def _renamed(self, name: str) -> Attachment:
        """The same file under another name."""
        return Attachment(self._data if self._path is None else self._path, name=name, type=self.type)

    def part(self, content_id: str = "") -> _core.Part:
        """Encoded for letters; with a Content-ID an inline part. InputError for a bad name, type or id."""
        cid = arguments.text("content_id", content_id)
        if content_id not in self._parts:
            name, kind = arguments.text("name", self.name), arguments.text("type", self.type)
            if self._path is None:
                self._parts[content_id] = _core.Part(self._data, name, kind, cid)
            else:
                _read(self._path, 0)  # names the whole path where it went away
                self._parts[content_id] = _core.Part.from_file(os.fsencode(self._path), name, kind, cid)
        return self._parts[content_id]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Attachment):
            return NotImplemented
        if (self.name, self.type) != (other.name, other.type):
            return False
        return (self._path is not None and self._path == other._path) or self.data == other.data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Attachment {self.name!r}: {self.type}, {self.size} bytes>"


AttachmentSource = str | PathLike[str] | Attachment | tuple[str, bytes | str | PathLike[str]]
"""What a caller may give as an attachment: a path, an Attachment, or a name with its bytes or path."""

AttachmentsSource = (
    AttachmentSource | Iterable[AttachmentSource] | Mapping[str, bytes | str | PathLike[str] | Attachment]
)
"""For several: one, a list of them, or a mapping of names to bytes or paths."""


def guess_type(name: str, data: bytes = b"") -> str:
    """The media type by the name, else by the first bytes of a picture, else octet-stream."""
    kind, packed = mimetypes.guess_type(name)
    if packed:
        return _COMPRESSED.get(packed, "application/octet-stream")
    if kind:
        return kind if _TYPE.fullmatch(kind) else "application/octet-stream"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((t for start, t in _SIGNATURES.items() if data.startswith(start)), "application/octet-stream")


def read_attachments(source: AttachmentsSource | None) -> list[Attachment]:
    """The `attachments=` of a letter: one or several."""
    if source is None:
        return []
    if isinstance(source, Mapping):
        return [_named(f"attachments[{name!r}]", name, content) for name, content in source.items()]
    one = isinstance(source, str | PathLike | Attachment | StdlibMessage | bytes | bytearray | memoryview)
    if one or _is_pair(source):
        return [_one("attachments", source)]
    if not isinstance(source, Iterable):
        raise arguments.refuse("attachments", "a file or a list of them", source)
    return [_one(f"attachments[{i}]", one) for i, one in enumerate(source)]


def _named(field: str, name: object, content: Any) -> Attachment:
    """What a mapping has under a name: bytes are the content, a str is the path of a file, as it is everywhere."""
    shown = arguments.text(field, name)
    if isinstance(content, Attachment):
        return content if content.name == shown else content._renamed(shown)
    try:
        return _one(field, (shown, content))
    except InputError as error:
        hint = "; a str is a path: text.encode() makes content of a text" if isinstance(content, str) else ""
        raise InputError(f"{error}{hint}") from None


def read_inline(source: Mapping[str, str | PathLike[str] | bytes | Attachment] | None) -> dict[str, Attachment]:
    """The `inline=` of a letter: Content-ID to path, bytes or Attachment."""
    if source is None:
        return {}
    if not isinstance(source, Mapping):
        raise arguments.refuse("inline", "a mapping of names to files", source)
    if "" in source:
        raise InputError("inline: a name is empty; the html calls it by cid:name")
    return {cid: _one(f"inline[{cid!r}]", one, named=False) for cid, one in source.items()}


def _is_pair(source: object) -> bool:
    """Whether it is one (name, bytes) and no tuple of two files."""
    return isinstance(source, tuple) and len(source) == 2 and isinstance(source[1], bytes | bytearray | memoryview)


def _one(field: str, source: Any, named: bool = True) -> Attachment:
    try:
        if isinstance(source, Attachment):
            return source
        name, data = source if isinstance(source, tuple) and len(source) == 2 else (None, source)
        if named and not name and isinstance(data, bytes | bytearray | memoryview):
            raise InputError("bytes need a name: (name, bytes)")
        if name is not None:
            return Attachment(data, name=decoded("name", name))
        return Attachment(source)  # what it cannot be is refused there
    except InputError as error:
        raise InputError(f"{field}: {error}") from None


def _read(path: Path, most: int = -1) -> bytes:
    with _reading(path), open(path, "rb", opener=regular) as file:
        return file.read(most)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError as error:
        raise InputError(f"attachment {error}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise with_errno(InputError(f"attachment {str(path)!r}: {reason}"), getattr(error, "errno", None)) from None

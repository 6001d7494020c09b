"""Files that go with a letter."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path

from .. import _core
from ..errors import InputError
from . import checks

_COMPRESSED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}
_SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"BM": "image/bmp"}


class Attachment:
    """A file for a letter: `Attachment("счёт.pdf")`, or `Attachment(data, name="d.csv", type="text/csv")`.

    A str or Path is read at once (InputError where that fails), bytes are taken as they are. `name` defaults to the
    file's, `type` (a media type) to what the name says. Encoded once, however many letters have it.
    """

    __slots__ = ("_parts", "data", "name", "type")

    def __init__(
        self,
        source: bytes | bytearray | memoryview | str | PathLike[str],
        *,
        name: str | None = None,
        type: str | None = None,
    ) -> None:
        if isinstance(source, bytes | bytearray | memoryview):
            self.data = bytes(source)
            self.name = name or ""
        elif isinstance(source, str | PathLike):
            path = Path(source)
            self.data = _read(path)
            self.name = name if name is not None else path.name
        else:
            raise InputError(f"attachment: a path or bytes are expected, not {source.__class__.__name__}")
        self.type = type or guess_type(self.name, self.data)
        self._parts: dict[str, _core.Part] = {}

    def part(self, content_id: str = "") -> _core.Part:
        """Encoded for letters; with a Content-ID an inline part. InputError for a bad name, type or id."""
        if content_id not in self._parts:
            name, kind = checks.text("name", self.name), checks.text("type", self.type)
            self._parts[content_id] = _core.Part(self.data, name, kind, checks.text("content_id", content_id))
        return self._parts[content_id]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Attachment):
            return NotImplemented
        return (self.name, self.type, self.data) == (other.name, other.type, other.data)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Attachment {self.name!r}: {self.type}, {len(self.data)} bytes>"


AttachmentSource = str | PathLike[str] | Attachment | tuple[str, bytes]
"""What a caller may give as an attachment: a path, an Attachment, or (name, bytes)."""


def guess_type(name: str, data: bytes = b"") -> str:
    """The media type by the name, else by the first bytes of a picture, else octet-stream."""
    kind, packed = mimetypes.guess_type(name)
    if packed:
        return _COMPRESSED.get(packed, "application/octet-stream")
    if kind:
        return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((t for start, t in _SIGNATURES.items() if data.startswith(start)), "application/octet-stream")


def read_attachments(source: AttachmentSource | Iterable[AttachmentSource] | None) -> list[Attachment]:
    """The `attachments=` of a letter: one or several."""
    if source is None:
        return []
    sources = [source] if isinstance(source, str | PathLike | Attachment) else source
    return [_one(f"attachments[{i}]", one) for i, one in enumerate(sources)]


def read_inline(source: Mapping[str, str | PathLike[str] | bytes | Attachment] | None) -> dict[str, Attachment]:
    """The `inline=` of a letter: Content-ID to path, bytes or Attachment."""
    return {cid: _one(f"inline[{cid!r}]", one) for cid, one in (source or {}).items()}


def _one(field: str, source: object) -> Attachment:
    try:
        if isinstance(source, Attachment):
            return source
        if isinstance(source, tuple) and len(source) == 2:
            return Attachment(source[1], name=source[0])
        return Attachment(source)  # type: ignore[arg-type]  # what it cannot be is refused there
    except InputError as error:
        raise InputError(f"{field}: {error}") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"attachment {str(path)!r}: {reason}") from None

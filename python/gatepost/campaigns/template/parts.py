"""Attachments and inline images: what a caller may give, how the store keeps them, what the engine shares."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

from ... import _core, arguments, files
from ...errors import InputError, with_errno
from ...message.attachment import Attachment, guess_type
from .jinja import RowError

InlineSource = str | Path | bytes
PartSource = Any
"""A path (str, Jinja2; or Path), an Attachment (data, name, type), or (name, bytes)."""


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part whose bytes are known when the campaign is made: they go to the store once, under their SHA-256."""

    name: str
    type: str
    content_id: str
    sha256: str
    data: bytes

    def to_spec(self) -> dict[str, str]:
        """What the campaign's spec says of it; the bytes are a blob."""
        return {"name": self.name, "type": self.type, "cid": self.content_id, "sha256": self.sha256}

    def to_core(self) -> _core.Part:
        """Encoded once, shared by all letters."""
        return _core.Part(self.data, name=self.name, type=self.type, content_id=self.content_id)


def attachment_sources(given: object, name: str = "attachments") -> tuple[PartSource, ...]:
    """The `attachments=` of a template or a campaign; one alone would be taken for its letters or bytes."""
    if isinstance(given, str | bytes | PathLike | Mapping) or not isinstance(given, Iterable):
        raise arguments.refuse(name, "a list of paths, Attachments or (name, bytes)", given)
    found = tuple(given)
    for i, one in enumerate(found):
        known = isinstance(one, str | PathLike | Attachment) or (isinstance(one, tuple) and len(one) == 2)
        if not known:
            raise arguments.refuse(f"{name}[{i}]", "a path, an Attachment or (name, bytes)", one)
        if isinstance(one, str):
            arguments.text(f"{name}[{i}]", one)
    return found


def inline_sources(name: str, given: object) -> dict[str, InlineSource]:
    """The `inline=` of a template or a campaign."""
    if not isinstance(given, Mapping):
        raise arguments.refuse(name, "a mapping of names to files", given)
    for cid, source in given.items():
        arguments.line(name, cid)
        if not isinstance(source, str | PathLike | bytes):
            raise arguments.refuse(f"{name}[{cid!r}]", "a path or bytes", source)
    return dict(given)


def stored_part(data: bytes, name: str, type: str = "", content_id: str = "") -> StoredPart:
    """A part from bytes; the type is guessed from the name where it is not given."""
    return StoredPart(name, type or guess_type(name, data), content_id, hashlib.sha256(data).hexdigest(), bytes(data))


def static_attachment(source: PartSource) -> StoredPart | None:
    """An attachment that all recipients share, or None where `source` is a Jinja2 path that differs by recipient."""
    if isinstance(source, str) and "{" in source:
        return None
    if isinstance(source, str | PathLike):
        return _from_file(arguments.path("attachments", source))
    if isinstance(source, tuple) and len(source) == 2:
        name = _fixed(arguments.text("attachments: name", source[0]))
        return stored_part(arguments.octets("attachments: data", source[1]), name)
    if hasattr(source, "data") and hasattr(source, "name"):
        return stored_part(bytes(source.data), _fixed(source.name), getattr(source, "type", "") or "")
    raise arguments.refuse("attachments", "a path, an Attachment or (name, bytes)", source)


def _fixed(name: str) -> str:
    if isinstance(name, str) and ("{{" in name or "{%" in name):
        raise InputError(
            f"attachments: the name {name!r} is not a template: all letters get this file under one name. For each "
            "recipient's own give a path with fields in it"
        )
    return name


def inline_part(cid: str, source: InlineSource) -> StoredPart:
    """An inline image by its Content-ID."""
    if isinstance(source, bytes):
        return stored_part(source, cid, content_id=cid)
    part = _from_file(arguments.path(f"inline[{cid!r}]", source))
    return StoredPart(part.name, part.type, cid, part.sha256, part.data)


def _from_file(path: Path) -> StoredPart:
    try:
        return stored_part(files.read_bytes(path), path.name)
    except InputError as error:
        raise InputError(f"attachment {error}") from None
    except OSError as error:
        raise with_errno(InputError(f"attachment {path}: {error.strerror or error}"), error.errno) from None


@lru_cache(maxsize=256)
def _encoded(path: Path, modified: int) -> _core.Part:
    return _from_file(path).to_core()


def personal_attachment(base: Path, path: Path) -> _core.Part:
    """The file that a recipient's own path names. RowError where it is not there, or not below `base`: what stands in
    a list must not reach files that the template did not mean."""
    try:
        real = path.resolve()
        if not real.is_relative_to(base.resolve()):
            raise RowError(f"attachment {path}: lies outside of {base}")
        return _encoded(real, real.stat().st_mtime_ns)
    except OSError as error:
        raise RowError(f"attachment {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise RowError(f"attachment: {error}") from None

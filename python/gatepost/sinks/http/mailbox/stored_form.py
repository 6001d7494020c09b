"""A letter as Mailpit keeps it: with Return-Path, a Message-ID, and in Bcc whoever got it and no header names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .... import _core

_END = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:[ \t]*((?:.*)(?:\r?\n[ \t].*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Additions:
    """What Mailpit adds to a letter; None where the letter has it already."""

    return_path: str | None
    message_id: str | None
    bcc: str | None
    """The whole header, those that stood there before included."""
    unnamed: list[str]
    """Recipients that no header names."""


def additions(
    letter: _core.ParsedLetter, headers: Headers, mail_from: str, rcpt_to: Sequence[str], key: str
) -> Additions:
    """For a letter that came in this envelope; `key` becomes the name before the @ of a Message-ID that lacks."""
    return_path = None if headers.get("return-path").strip("<> ") == mail_from else mail_from
    message_id = None if headers.get("message-id").strip("<> ") else f"{key}@mailpit"
    named = {address.lower() for _, address in (*letter.to, *letter.cc, *letter.bcc)}
    missing = [address for address in rcpt_to if address.lower() not in named]
    bcc = None
    if missing:
        bcc = ", ".join(([headers.get("bcc")] if letter.bcc else []) + missing)
    return Additions(return_path, message_id, bcc, missing)


def stored_form(raw: bytes, added: Additions) -> bytes:
    """The letter's bytes with what Mailpit adds, at their head or in the place of the header that was there."""
    raw = raw.replace(b"\r\r\n", b"\r\n")
    if added.return_path is not None:
        raw = _put(raw, "Return-Path", f"<{added.return_path}>")
    if added.message_id is not None:
        raw = f"Message-ID: <{added.message_id}>\r\n".encode() + raw
    if added.bcc is not None:
        raw = _put(raw, "Bcc", added.bcc)
    return raw


def _put(raw: bytes, name: str, value: str) -> bytes:
    line = f"{name}: {value}\r\n".encode()
    block = head(raw)
    pattern = rb"^" + name.encode() + rb"[ \t]*:.*(?:\r?\n[ \t].*)*(?:\r?\n|\Z)"
    found = re.search(pattern, block, re.MULTILINE | re.IGNORECASE)
    return line + raw if found is None else raw[: found.start()] + line + raw[found.end() :]


def head(raw: bytes) -> bytes:
    """The letter's headers, as they stand."""
    if raw.startswith((b"\r\n", b"\n")):
        return b""
    end = _END.search(raw)
    return raw[: end.start()] if end else raw


class Headers:
    """The headers of a letter as written: unfolded, not decoded, by name in small letters."""

    def __init__(self, raw: bytes) -> None:
        self._all: dict[str, list[str]] = {}
        for name, value in _FIELD.findall(head(raw)):
            text = " ".join(line.strip() for line in value.decode(errors="replace").split("\n")).strip()
            self._all.setdefault(name.decode().lower(), []).append(text)

    def with_additions(self, added: Additions) -> Headers:
        """Those of the letter in Mailpit's form."""
        if added.return_path is not None:
            self._all["return-path"] = [f"<{added.return_path}>"]
        if added.message_id is not None:
            self._all["message-id"] = [f"<{added.message_id}>"]
        if added.bcc is not None:
            self._all["bcc"] = [added.bcc]
        return self

    def get(self, name: str) -> str:
        """The first of this name, or ""."""
        return self._all.get(name, [""])[0]

    def canonical(self) -> dict[str, list[str]]:
        """All, by the names that Go's net/textproto gives them: "Message-Id", "X-Tags"; sorted."""
        return {"-".join(map(str.capitalize, name.split("-"))): values for name, values in sorted(self._all.items())}

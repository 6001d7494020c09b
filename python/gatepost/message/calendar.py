"""Invitations: iCalendar text within a letter (RFC 6047)."""

from __future__ import annotations

import re
from os import PathLike

from .. import _core, arguments, files
from ..errors import InputError, with_errno
from .attachment import Attachment

_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_CONTENT_LINE = re.compile(r"[A-Za-z0-9-]+[:;]")
_METHOD = re.compile(r"[A-Z0-9-]{1,40}")
_TEXT = re.compile(r"[:\r\n]|^$")
_MAX_LINE = 75  # octets, RFC 5545 §3.1


class Calendar:
    """An invitation for `Message(calendar=...)`: iCalendar text (str or bytes), or the path of an .ics file. A str that
    has a colon or a line end is text.

    Its METHOD (REQUEST, CANCEL, REPLY ...) goes into the media type, as Outlook and Gmail want it, and `method` must
    agree where it is given. The letter has it as its last alternative and, unless `attach` is False, once more as the
    file `name`, which other clients open. `ics` is the text as it is sent: UTF-8, lines of 75 octets that end in CRLF.
    InputError for anything but a calendar.
    """

    __slots__ = ("attach", "ics", "method", "name")

    def __init__(
        self,
        source: str | bytes | PathLike[str],
        *,
        method: str | None = None,
        name: str = "invite.ics",
        attach: bool = True,
    ) -> None:
        arguments.optional(arguments.text)("method", method)
        arguments.text("name", name)
        arguments.flag("attach", attach)
        lines = _unfolded(_read(source))
        self.method = _method_of(lines)
        if method is not None and method.upper() != self.method:
            raise InputError(f"calendar, method: its METHOD is {self.method}, not {method!r}")
        self.ics = "".join(_folded(line) for line in lines)
        self.name = name
        self.attach = attach

    def part(self) -> _core.Part:
        """As the letter's last alternative."""
        return _core.Part.alternative(self.ics, f"text/calendar; charset=utf-8; method={self.method}")

    def attachment(self) -> Attachment:
        """As a file."""
        attachment = Attachment(self.ics.encode(), name=self.name, type="application/ics")
        with arguments.named("calendar"):
            attachment.part()
        return attachment

    def __repr__(self) -> str:
        return f"<Calendar {self.method}, {len(self.ics)} characters>"


CalendarSource = str | bytes | PathLike[str] | Calendar
"""What a caller may give as an invitation."""


def read_calendar(source: CalendarSource | None) -> Calendar | None:
    """The `calendar=` of a letter."""
    return source if source is None or isinstance(source, Calendar) else Calendar(source)


def _read(source: object) -> bytes:
    if isinstance(source, str):
        if _TEXT.search(source):
            return source.encode(errors="surrogatepass")
        source = arguments.path("calendar", source)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if not isinstance(source, PathLike):
        raise arguments.refuse("calendar", "iCalendar text or a path", source)
    try:
        return files.read_bytes(arguments.path("calendar", source))
    except InputError as error:
        raise InputError(f"calendar {error}") from None
    except OSError as error:
        raise with_errno(InputError(f"calendar {str(source)!r}: {error.strerror or error}"), error.errno) from None


def _unfolded(raw: bytes) -> list[str]:
    try:  # a fold may stand within a character, so it goes first
        text = _FOLD.sub(b"", raw).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"calendar: byte {error.start} is not UTF-8") from None
    lines = [line for line in _LINE_END.split(text) if line]
    for number, line in enumerate(lines, 1):
        if bad := _CONTROL.search(line):
            raise InputError(f"calendar: line {number} has the control character 0x{ord(bad[0]):02X}")
        if not _CONTENT_LINE.match(line):
            raise InputError(f"calendar: line {number} is not of the form NAME:value: {line[:40]!r}")
    return lines


def _method_of(lines: list[str]) -> str:
    bounds = [line.strip().upper() for line in (lines[:1] + lines[-1:])]
    if bounds != ["BEGIN:VCALENDAR", "END:VCALENDAR"]:
        raise InputError("calendar: the text does not go from BEGIN:VCALENDAR to END:VCALENDAR")
    depth = 0
    methods = []
    for line in lines:
        name, _, value = line.upper().partition(":")
        depth += (name == "BEGIN") - (name == "END")
        if depth == 1 and name.partition(";")[0] == "METHOD":
            methods.append(value.strip())
    if len(methods) != 1 or not _METHOD.fullmatch(methods[0]):
        raise InputError("calendar: one line such as METHOD:REQUEST is needed; mail clients decide by it what to offer")
    return methods[0]


def _folded(line: str) -> str:
    raw = line.encode()
    pieces = []
    start, room = 0, _MAX_LINE
    while len(raw) - start > room:
        end = start + room
        while raw[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        pieces.append(raw[start:end].decode())
        start, room = end, _MAX_LINE - 1
    pieces.append(raw[start:].decode())
    return "\r\n ".join(pieces) + "\r\n"

"""Letters one behind the other in one file (RFC 4155), as "mboxrd" quotes them."""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from io import BufferedRandom, BufferedReader
from itertools import chain, pairwise, takewhile
from os import PathLike

from ... import arguments, files
from ...errors import InputError
from .. import ParsedMessage
from .letters import LetterSource, message_of, to_unix, to_wire

_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_LONGEST = 1000  # octets of a line that are looked at: no postmark is longer, and the pattern is quadratic
# The line before a letter (RFC 4155): a sender, which may be missing, and a date as ctime() writes it.
_SEPARATOR = re.compile(rb"From (?:.*[ \t])?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t].*\d:\d\d.*\r?\n?\Z")
# The same so strictly that no line of a body looks like it: one address, and a date with all its parts.
_POSTMARK = re.compile(
    rb"From (?:\S+[ \t]+|\S+ at \S+[ \t]+)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+\d{1,2}[ \t]+\d\d?:\d\d(?::\d\d)?"
    rb"(?:[ \t]+[A-Z+-][A-Z\d]{0,5})?[ \t]+\d{4}(?:[ \t]+[+-]\d{4})?[ \t]*\r?\n?\Z"
)
# Without a date, as Thunderbird and others write it: nobody's, or one's.
_UNDATED = re.compile(rb"From \S*[ \t]*\r?\n?\Z")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:(?!//)")
_KNOWN_FIELD = re.compile(
    rb"(?:(?:From|Sender|Reply-To|To|Cc|Bcc|Subject|Date|Message-ID|In-Reply-To|References|MIME-Version|Received|"
    rb"Return-Path|Delivered-To|Envelope-To|Status|Authentication-Results|User-Agent)|"
    rb"(?:Content|X|List|Resent|DKIM|ARC)-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_LENGTH = re.compile(rb"Content-Length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?\n", re.IGNORECASE)
_EMPTY = (b"\n", b"\r\n")
_BOM = b"\xef\xbb\xbf"
_NO_GAP = "no empty line stands before its From line in the mbox"


def _is_undated(line: bytes, following: bytes) -> bool:
    """Whether a From line without a date, behind an empty line, begins a letter: a header field shows it."""
    if _UNDATED.match(line[:_LONGEST]):
        return bool(_FIELD.match(following))
    return bool(_KNOWN_FIELD.match(following))


class _Letter:
    """The lines of a letter, without those that part it from others, and what is odd about its place."""

    def __init__(self, begin: int, warnings: list[str] | None = None) -> None:
        self.lines: list[bytes] = []
        self.warnings = warnings or []
        self._begin = begin
        self._end: int | None = None

    @property
    def has_gap(self) -> bool:
        return bool(self.lines) and self.lines[-1] in _EMPTY

    def owns(self, file: BufferedReader, at: int) -> bool:
        """Whether the line that ends at `at` is the letter's by its Content-Length, as the kinds "mboxcl" and "mboxcl2"
        have it: one that ends where another letter begins, or the file ends."""
        if self._end is None:
            header = list(takewhile(lambda line: line not in _EMPTY, self.lines))
            length = next((int(found[1]) for line in header if (found := _LENGTH.match(line))), 0)
            end = self._begin + sum(map(len, self.lines[: len(header) + 1])) + length
            behind = os.pread(file.fileno(), len(b"\r\nFrom "), end).lstrip(b"\r\n")
            is_end = behind.startswith(b"From ") or (not behind and end <= os.fstat(file.fileno()).st_size)
            self._end = end if is_end else 0
        return at <= self._end


class Mbox:
    """An mbox file: iterating gives its letters as ParsedMessages, `add` appends one.

    Of the kinds of mbox this is "mboxrd": lines that begin with "From " are quoted by ">" and unquoted again. A letter
    begins behind an empty line at a From line that has a date or stands before a header field, unless the letter
    before it says by its Content-Length that the line is its own; or where a From line with an address and a whole date
    is followed by a header field, which its `warnings` tell. The file is made by the first `add`. Iterating a file that
    does not exist gives nothing; InputError where a file is not an mbox.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = arguments.path("path", path)

    def __iter__(self) -> Iterator[ParsedMessage]:
        try:
            file = open(self.path, "rb", opener=files.regular)  # noqa: SIM115 - closed by the `with` below
        except FileNotFoundError:
            return
        with file:
            for letter in self._letters(file):
                raw = to_wire(_QUOTED_FROM.sub(rb"\1", b"".join(letter.lines)))
                yield ParsedMessage(raw)._with_warnings(letter.warnings)

    def _letters(self, file: BufferedReader) -> Iterator[_Letter]:
        letter: _Letter | None = None
        at = 0  # behind this line
        for line, following in pairwise(chain(file, [b""])):
            at += len(line)
            if letter is None:
                if at == len(line):
                    line = line.removeprefix(_BOM)
                if line.rstrip(b"\r\n"):
                    self._check_first(line)
                    letter = _Letter(at)
            elif not line.startswith(b"From "):
                letter.lines.append(line)
            elif letter.has_gap and (
                _SEPARATOR.match(line[:_LONGEST]) or (_is_undated(line, following) and not letter.owns(file, at))
            ):
                del letter.lines[-1]
                yield letter
                letter = _Letter(at)
            elif _POSTMARK.match(line) and _FIELD.match(following):
                yield letter
                letter = _Letter(at, [_NO_GAP])
            else:
                letter.lines.append(line)
        if letter is not None:
            if letter.has_gap:
                del letter.lines[-1]
            yield letter

    def _check_first(self, line: bytes) -> None:
        if not line.startswith(b"From "):
            raise InputError(f"{self.path}: this is not an mbox file: it does not begin with 'From '")
        if b"\r" in line.rstrip(b"\r\n"):
            raise InputError(f"{self.path}: its lines end in CR alone; an mbox file has LF or CRLF")

    def add(self, letter: LetterSource) -> None:
        """Appends a letter, with the line ends that the file has, under a lock of the file (fcntl).

        An OSError leaves the file as it was.
        """
        message = message_of(letter)
        body = _FROM.sub(rb">\1", to_unix(bytes(message)))
        if not body.endswith(b"\n"):
            body += b"\n"
        sender = re.sub(r"[^\x21-\x7e]", "", message.envelope_from) or "MAILER-DAEMON"
        head = f"From {sender} {time.asctime(time.gmtime())}\n".encode()
        files.refuse_other_kinds(self.path)
        with self.path.open("a+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            try:
                added = _gap(file, size) + head + body + b"\n"
                file.write(to_wire(added) if _has_crlf(file) else added)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise

    def __repr__(self) -> str:
        return f"Mbox({str(self.path)!r})"


def _gap(file: BufferedRandom, size: int) -> bytes:
    """What is missing of the empty line that has to stand at the end of an mbox before the next letter."""
    file.seek(max(0, size - 4))
    end = file.read().replace(b"\r", b"")
    return b"" if not end or end.endswith(b"\n\n") else b"\n" if end.endswith(b"\n") else b"\n\n"


def _has_crlf(file: BufferedRandom) -> bool:
    file.seek(0)
    return file.readline(_LONGEST).endswith(b"\r\n")

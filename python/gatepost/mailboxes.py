"""Letters in the mailboxes that other programs keep: mbox files and maildirs.

Both keep lines that end in LF; letters come out with CRLF, as they go on the wire, whatever the file has. A letter with
CRLF line ends, as the wire has them, comes back byte for byte; an LF alone comes back as CRLF, and an mbox ends a last
line that has no end. Neither reads more than one letter at a time.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import socket
import time
from collections.abc import Iterator
from email.message import Message as StdlibMessage
from io import BufferedRandom, BufferedReader
from itertools import chain, pairwise
from os import PathLike
from pathlib import Path

from .arguments import refuse, text
from .errors import InputError
from .message import Message, ParsedMessage

LetterSource = Message | bytes | StdlibMessage
"""What may be added: a Message of ours, the bytes of a letter, or an email.message.Message."""

_FLAGS = frozenset("DFPRST")
_LONE_LF = re.compile(rb"(?<!\r)\n")
_PLAIN_CRLF = re.compile(rb"(?<!\r)\r\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_LONGEST = 1000  # octets of a line that are looked at: no postmark is longer, and the pattern is quadratic
# The line before a letter (RFC 4155): a sender, which may be missing, and a date as ctime() writes it.
_SEPARATOR = re.compile(rb"From (?:.*[ \t])?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t].*\d:\d\d.*\r?\n?\Z")
# The same so strictly that no line of a body looks like it: one address, and a date with all its parts.
_POSTMARK = re.compile(
    rb"From (?:\S+[ \t]+)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[ \t]+"
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ \t]+\d{1,2}[ \t]+\d\d?:\d\d(?::\d\d)?"
    rb"(?:[ \t]+[A-Z+-][A-Z\d]{0,5})?[ \t]+\d{4}(?:[ \t]+[+-]\d{4})?[ \t]*\r?\n?\Z"
)
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:(?!//)")
_EMPTY = (b"\n", b"\r\n")
_NO_GAP = "no empty line stands before its From line in the mbox"


class Mbox:
    """An mbox file: iterating gives its letters as ParsedMessages, `add` appends one.

    Of the kinds of mbox this is "mboxrd": lines that begin with "From " are quoted by ">" and unquoted again. A letter
    begins at a From line behind an empty line, or where a From line with an address and a whole date is followed by a
    header field, which its `warnings` tell. The file is made by the first `add`. Iterating a file that does not exist
    gives nothing; InputError where a file is no mbox.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = _path(path)

    def __iter__(self) -> Iterator[ParsedMessage]:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            for lines, warnings in self._letters(file):
                raw = _to_wire(_QUOTED_FROM.sub(rb"\1", b"".join(lines)))
                yield ParsedMessage(raw)._with_warnings(warnings)

    def _letters(self, file: BufferedReader) -> Iterator[tuple[list[bytes], list[str]]]:
        """The lines of each letter, without the empty line that parts it from the next, and what is odd about it."""
        lines: list[bytes] | None = None
        warnings: list[str] = []
        for line, following in pairwise(chain(file, [b""])):
            if lines is None:
                if line in _EMPTY:
                    continue
                self._check_first(line)
                lines = []
            elif lines and lines[-1] in _EMPTY and _SEPARATOR.match(line[:_LONGEST]):
                yield lines[:-1], warnings
                lines, warnings = [], []
            elif _POSTMARK.match(line) and _FIELD.match(following):
                yield lines, warnings
                lines, warnings = [], [_NO_GAP]
            else:
                lines.append(line)
        if lines is not None:
            yield lines[:-1] if lines and lines[-1] in _EMPTY else lines, warnings

    def _check_first(self, line: bytes) -> None:
        if not line.startswith(b"From "):
            raise InputError(f"{self.path}: this is no mbox file: it does not begin with 'From '")
        if b"\r" in line.rstrip(b"\r\n"):
            raise InputError(f"{self.path}: its lines end in CR alone; an mbox file has LF or CRLF")

    def add(self, letter: LetterSource) -> None:
        """Appends a letter, with the line ends that the file has, under a lock of the file (fcntl).

        An OSError leaves the file as it was.
        """
        message = _message(letter)
        body = _FROM.sub(rb">\1", _to_unix(bytes(message)))
        if not body.endswith(b"\n"):
            body += b"\n"
        sender = re.sub(r"[^\x21-\x7e]", "", message.envelope_from) or "MAILER-DAEMON"
        head = f"From {sender} {time.asctime(time.gmtime())}\n".encode()
        with self.path.open("a+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            try:
                added = _gap(file, size) + head + body + b"\n"
                file.write(_to_wire(added) if _has_crlf(file) else added)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                file.truncate(size)
                raise

    def __repr__(self) -> str:
        return f"Mbox({str(self.path)!r})"


class Maildir:
    """A maildir: iterating gives its letters as ParsedMessages in the order of their names, `add` puts one in.

    A letter has a key, the part of its file's name that never changes, and flags: D draft, F flagged, P passed, R
    replied, S seen, T trashed. Other programs may read and write the same maildir meanwhile. The folder is made unless
    `create` is False; InputError where it is no maildir.
    """

    _count = 0

    def __init__(self, path: str | PathLike[str], *, create: bool = True) -> None:
        self.path = _path(path)
        if not create and not all((self.path / name).is_dir() for name in ("tmp", "new", "cur")):
            raise InputError(f"{self.path}: this is no maildir: it needs the folders tmp, new and cur")
        try:
            for name in ("tmp", "new", "cur"):
                (self.path / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{error.filename}: this is no folder, so {self.path} can be no maildir") from None

    def add(self, letter: LetterSource, *, flags: str = "") -> str:
        """Puts a letter in and returns its key: into new, or with flags into cur."""
        raw = _to_unix(bytes(_message(letter)))
        wanted = _checked(flags)
        Maildir._count += 1
        host = socket.gethostname().replace("/", "\\057").replace(":", "\\072")
        key = f"{int(time.time())}.M{time.time_ns() // 1000 % 1_000_000}P{os.getpid()}Q{Maildir._count}"
        key += f"R{secrets.token_hex(4)}.{host}"
        draft = self.path / "tmp" / key
        try:
            with draft.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self.path / "cur" / f"{key}:2,{wanted}" if wanted else self.path / "new" / key)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        return key

    def __iter__(self) -> Iterator[ParsedMessage]:
        for _, message in self.items():
            yield message

    def items(self) -> Iterator[tuple[str, ParsedMessage]]:
        """(key, letter) of all. What another program takes away meanwhile is passed over."""
        for key, file in sorted(self._files().items()):
            try:
                yield key, _read(file)
            except FileNotFoundError:
                if key in self:  # its flags were changed meanwhile
                    yield key, self[key]

    def keys(self) -> list[str]:
        """The keys of all letters, the oldest first."""
        return sorted(self._files())

    def __len__(self) -> int:
        return len(self._files())

    def __contains__(self, key: object) -> bool:
        return key in self._files()

    def __getitem__(self, key: str) -> ParsedMessage:
        """The letter of this key; KeyError where there is none."""
        # Another program may rename it between the look and the reading: then one more look.
        for _ in range(3):
            try:
                return _read(self._file(key))
            except FileNotFoundError:
                continue
        raise KeyError(key)

    def flags(self, key: str) -> str:
        """The flags of a letter in the order of the alphabet; "" for a new one. KeyError where there is none."""
        return "".join(sorted(_FLAGS & set(_info(self._file(key)).partition(",")[0])))

    def set_flags(self, key: str, flags: str) -> None:
        """Sets a letter's flags, in place of those it has: it is no longer new. KeyError where there is none.

        Letters of other programs, such as Dovecot's keywords a to z, stay.
        """
        file = self._file(key)
        letters, comma, more = _info(file).partition(",")
        wanted = "".join(sorted({*_checked(flags), *letters} - (_FLAGS - set(flags))))
        file.rename(self.path / "cur" / f"{key}:2,{wanted}{comma}{more}")

    def remove(self, key: str) -> None:
        """Deletes a letter. KeyError where there is none."""
        self._file(key).unlink(missing_ok=True)

    def _files(self) -> dict[str, Path]:
        found = {}
        for folder in ("new", "cur"):
            for entry in os.scandir(self.path / folder):
                if not entry.name.startswith(".") and entry.is_file():
                    found[entry.name.partition(":")[0]] = Path(entry.path)
        return found

    def _file(self, key: str) -> Path:
        return self._files()[key]

    def __repr__(self) -> str:
        return f"Maildir({str(self.path)!r})"


def _path(path: object) -> Path:
    if not isinstance(path, str | PathLike):
        raise refuse("path", "a path", path)
    return Path(path)


def _info(file: Path) -> str:
    """The flags in a file's name, those of other programs among them."""
    return file.name.partition(":2,")[2]


def _read(file: Path) -> ParsedMessage:
    return ParsedMessage(_to_wire(file.read_bytes()))


def _message(letter: LetterSource) -> Message:
    if isinstance(letter, Message):
        return letter
    if isinstance(letter, StdlibMessage):
        return Message.from_email(letter)
    return ParsedMessage(letter)


def _gap(file: BufferedRandom, size: int) -> bytes:
    """What is missing of the empty line that has to stand at the end of an mbox before the next letter."""
    file.seek(max(0, size - 4))
    end = file.read().replace(b"\r", b"")
    return b"" if not end or end.endswith(b"\n\n") else b"\n" if end.endswith(b"\n") else b"\n\n"


def _has_crlf(file: BufferedRandom) -> bool:
    file.seek(0)
    return file.readline(_LONGEST).endswith(b"\r\n")


def _checked(flags: str) -> str:
    text("flags", flags)
    if unknown := set(flags) - _FLAGS:
        raise InputError(f"flags: {''.join(sorted(unknown))!r} is none of {''.join(sorted(_FLAGS))}")
    return "".join(sorted(set(flags)))


def _to_unix(raw: bytes) -> bytes:
    """CRLF becomes LF; CRs before it stay, so that the way back is the same."""
    return _PLAIN_CRLF.sub(b"\n", raw)


def _to_wire(raw: bytes) -> bytes:
    return _LONE_LF.sub(b"\r\n", raw)

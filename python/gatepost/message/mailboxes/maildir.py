"""Letters each in a file of its own, in a folder that several programs may use at once."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from ... import arguments, files
from ...errors import InputError
from .. import ParsedMessage
from .letters import LetterSource, message_of, to_unix, to_wire

_FLAGS = frozenset("DFPRST")


class Maildir:
    """A maildir: iterating gives its letters as ParsedMessages in the order of their names, `add` puts one in.

    A letter has a key, the part of its file's name that never changes, and flags: D draft, F flagged, P passed, R
    replied, S seen, T trashed. Other programs may read and write the same maildir meanwhile. The folder is made unless
    `create` is False; InputError where it is not a maildir.
    """

    _count = 0

    def __init__(self, path: str | PathLike[str], *, create: bool = True) -> None:
        self.path = arguments.path("path", path)
        arguments.flag("create", create)
        if not create and not all((self.path / name).is_dir() for name in ("tmp", "new", "cur")):
            raise InputError(f"{self.path}: this is not a maildir, which has the folders tmp, new and cur")
        try:
            for name in ("tmp", "new", "cur"):
                (self.path / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{error.filename}: this is not a folder, so {self.path} cannot be a maildir") from None

    def add(self, letter: LetterSource, *, flags: str = "") -> str:
        """Puts a letter in and returns its key: into new, or with flags into cur."""
        raw = to_unix(bytes(message_of(letter)))
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
        return isinstance(key, str) and key in self._files()

    def __getitem__(self, key: str) -> ParsedMessage:
        """The letter of this key. Raises KeyError if there is none."""
        # Another program may rename it between the look and the reading: then one more look.
        for _ in range(3):
            try:
                return _read(self._file(key))
            except FileNotFoundError:
                continue
        raise KeyError(key)

    def flags(self, key: str) -> str:
        """The flags of a letter in the order of the alphabet; "" for a new one. Raises KeyError if there is none."""
        return "".join(sorted(_FLAGS & set(_info(self._file(key)).partition(",")[0])))

    def set_flags(self, key: str, flags: str) -> None:
        """Sets a letter's flags, in place of those it has: it is no longer new. Raises KeyError if there is none.

        Letters of other programs, such as Dovecot's keywords a to z, stay.
        """
        file = self._file(key)
        letters, comma, more = _info(file).partition(",")
        wanted = "".join(sorted({*_checked(flags), *letters} - (_FLAGS - set(flags))))
        file.rename(self.path / "cur" / f"{key}:2,{wanted}{comma}{more}")

    def remove(self, key: str) -> None:
        """Deletes a letter. Raises KeyError if there is none."""
        self._file(key).unlink(missing_ok=True)

    def _files(self) -> dict[str, Path]:
        found = {}
        for folder in ("new", "cur"):
            for entry in os.scandir(self.path / folder):
                if not entry.name.startswith(".") and entry.is_file():
                    found[entry.name.partition(":")[0]] = Path(entry.path)
        return found

    def _file(self, key: str) -> Path:
        return self._files()[arguments.text("key", key)]

    def __repr__(self) -> str:
        return f"Maildir({str(self.path)!r})"


def _info(file: Path) -> str:
    """The flags in a file's name, those of other programs among them."""
    return file.name.partition(":2,")[2]


def _read(file: Path) -> ParsedMessage:
    return ParsedMessage(to_wire(files.read_bytes(file)))


def _checked(flags: str) -> str:
    arguments.text("flags", flags)
    if unknown := set(flags) - _FLAGS:
        raise arguments.refuse("flags", f"one or several of {', '.join(sorted(_FLAGS))}", "".join(sorted(unknown)))
    return "".join(sorted(set(flags)))

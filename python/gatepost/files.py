"""Files that a caller names. Only regular ones are read: a FIFO would wait, a device or /proc may have no end."""

from __future__ import annotations

import os
import stat
from os import PathLike

from . import _core
from .errors import InputError


def regular(path: str, flags: int = os.O_RDONLY) -> int:
    """A descriptor to read a regular file by, for `open(path, opener=files.regular)`.

    OSError where it cannot be read; InputError, which names it, where it is of another kind. Never waits.
    """
    try:
        return _core.open_regular_file(os.fsencode(path))
    except InputError as error:
        raise InputError(f"{os.fsdecode(path)!r} {error}") from None
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from None


def read_bytes(path: str | PathLike[str]) -> bytes:
    """What a regular file holds. Errors as of `regular`."""
    with open(path, "rb", opener=regular) as file:
        return file.read()


def read_text(path: str | PathLike[str], encoding: str = "utf-8", errors: str = "strict") -> str:
    """The same as text."""
    with open(path, encoding=encoding, errors=errors, opener=regular) as file:
        return file.read()


def refuse_other_kinds(path: str | PathLike[str]) -> None:
    """InputError where something is there that is no regular file: for files that are written, too."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    if not stat.S_ISREG(mode):
        raise InputError(f"{os.fsdecode(path)!r} is not a regular file")

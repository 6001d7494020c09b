"""A TOML file on disk: read with care, changed by one at a time and in one step, what others wrote in it kept."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError, with_errno
from ..places import make_private
from .lock import locked

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

MOST_BYTES = 1 << 20


def read_toml(file: Path) -> dict[str, Any]:
    """What the file says; {} where there is none. InputError says where it is not TOML, or why it is not trusted."""
    return _parsed(file, _text(file))


def change_toml(file: Path, change: Callable[[TOMLDocument], None], check: Callable[[dict[str, Any]], None]) -> None:
    """Changes the file while nobody else does; comments and order stay. `check` looks at the result before it is kept.

    The file is its owner's alone afterwards. A link is followed, and what it points to is replaced.
    """
    import tomlkit

    with locked(file):
        document = tomlkit.parse(_text(file))
        change(document)
        text = tomlkit.dumps(document)
        check(_parsed(file, text))
        write_private(file, text.encode())


def write_private(file: Path, data: bytes) -> None:
    """Replaces a file in one step by one that its owner alone may read: readers see the old one or the new one."""
    target = Path(os.path.realpath(file))
    make_private(target.parent)
    with _new_beside(target) as (draft, descriptor):
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)


@contextmanager
def _new_beside(target: Path) -> Iterator[tuple[Path, int]]:
    draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        yield draft, descriptor
    finally:
        draft.unlink(missing_ok=True)


def read_private(file: Path, most: int, forbidden: int = 0o022) -> bytes | None:
    """The bytes of an ordinary file that others cannot have written (`forbidden`: modes that are refused); None where
    there is none."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe would wait for a writer
    except FileNotFoundError:
        return None
    except OSError as error:
        raise with_errno(InputError(f"{file}: {error.strerror}"), error.errno) from None
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            raise InputError(f"{file}: not an ordinary file")
        if facts.st_uid not in (os.geteuid(), 0):
            raise InputError(f"{file}: belongs to another user (uid {facts.st_uid}), who could have it say anything")
        if facts.st_mode & forbidden:
            doing = "read or change" if forbidden & 0o044 else "change"
            raise InputError(f"{file}: others may {doing} it; chmod 600 {file}")
        with os.fdopen(os.dup(descriptor), "rb") as opened:
            data = opened.read(most + 1)
    finally:
        os.close(descriptor)
    if len(data) > most:
        raise InputError(f"{file}: larger than {most:,} bytes")
    return data


def _text(file: Path) -> str:
    data = read_private(file, MOST_BYTES) or b""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{file}, line {line}: not UTF-8 text; save it as UTF-8") from None


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{file}: nested too deep") from None

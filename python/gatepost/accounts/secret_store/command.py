"""A secret that a command says: `pass show mail/news`."""

from __future__ import annotations

import subprocess

from ...arguments import secret_line
from ...errors import InputError, with_errno

_PATIENCE = 60.0  # somebody may have to type a passphrase
_MOST = 1 << 16


def first_line(command: list[str], what: str) -> str:
    """The first line of what it writes; no shell runs it. InputError, which never shows what was written."""
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False
        )
    except OSError as error:
        raise with_errno(InputError(f"{what}: {command[0]}: {error.strerror}"), error.errno) from None
    except ValueError:  # a NUL in an argument
        raise InputError(f"{what}: not a command that can be run") from None
    except subprocess.TimeoutExpired:
        raise InputError(f"{what}: {command[0]} took longer than {_PATIENCE:g} s") from None
    if ended.returncode != 0:
        raise InputError(f"{what}: {command[0]} ended with exit code {ended.returncode}")
    try:
        line = ended.stdout[:_MOST].decode().partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise InputError(f"{what}: {command[0]} wrote something else than UTF-8 text") from None
    if not line:
        raise InputError(f"{what}: {command[0]} wrote nothing")
    return secret_line(what, line)

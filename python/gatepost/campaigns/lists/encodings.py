"""What to say of a file that is not in the encoding it was read with."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from ... import _core
from ...errors import InputError
from ...files import regular

_CHUNK = 1 << 20


def encoding_error(path: Path, encoding: str) -> InputError:
    """Finds the first byte that does not fit; the error names the file, its row and byte, and suggests an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = rows = 0
    with open(path, "rb", opener=regular) as file:
        while True:
            data = file.read(_CHUNK)
            before = len(decoder.getstate()[0])
            try:
                decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                at = offset - before + error.start
                bad = (error.object[error.start : error.start + 1] or b"\x00")[0]
                row = rows + data[: max(0, at - offset)].count(b"\n") + 1
                break
            if not data:
                return InputError(f"{path}: not readable as {encoding}")
            offset += len(data)
            rows += data.count(b"\n")
    guess = likely_encoding(path, at)
    name = "UTF-8" if encoding.startswith("utf-8") else encoding
    where = f"{path}, row {row}, byte {at} (0x{bad:02x})"
    return InputError(f"{where}: not {name} text; looks like {guess}; pass encoding={guess!r}")


def likely_encoding(path: Path, near: int) -> str:
    """The encoding that makes most sense of the bytes around offset `near`, by Python's name."""
    with open(path, "rb", opener=regular) as file:
        head = file.read(4)
        file.seek(max(0, near - 2048))
        sample = file.read(1 << 16)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    charset = _core.guess_charset(sample)
    return charset.replace("CP125", "windows-125").lower()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with open(path, "rb", opener=regular) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

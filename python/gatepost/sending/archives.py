"""Names of files inside archives: what a provider refuses, it refuses there too."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, BinaryIO

_MOST_NAMES = 10_000
_MOST_BYTES = 64 << 20  # unpacked, of one tar
_DEEPEST = 3  # archives within archives
_SINGLE: dict[bytes, Callable[[io.BytesIO], Any]] = {  # one file whose name is the archive's without its end
    b"\x1f\x8b": lambda data: gzip.GzipFile(fileobj=data),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}


def forbidden_file(name: str, data: bytes, forbidden: Collection[str]) -> str | None:
    """The name of the first file that is forbidden by its extension: this one, or one inside it.

    zip, tar, gz, bz2 and xz are looked into, and 7z where its list of files is not compressed; what is encrypted or
    broken is taken as it is.
    """
    return next((one for one in _names(name, data, _DEEPEST) if _extension(one) in forbidden), None)


def _extension(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/").rstrip(". ")).suffix.lower().lstrip(".")


def _names(name: str, data: bytes, depth: int) -> Iterator[str]:
    yield name
    if depth == 0:
        return
    if data.startswith(b"PK"):
        yield from _in_zip(data, depth)
    elif data.startswith(b"7z\xbc\xaf\x27\x1c"):
        yield from _in_7z(data)
    elif (unpack := next((one for start, one in _SINGLE.items() if data.startswith(start)), None)) is not None:
        yield from _names(PurePosixPath(name).stem, _unpacked(data, unpack), depth - 1)
    elif data[257:262] == b"ustar":
        yield from _in_tar(data, depth)


def _in_zip(data: bytes, depth: int) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for one in archive.infolist()[:_MOST_NAMES]:
                inner = b""
                if _extension(one.filename) in _ARCHIVES and not one.flag_bits & 1 and one.file_size <= _MOST_BYTES:
                    with archive.open(one) as opened:
                        inner = opened.read(_MOST_BYTES)
                yield from _names(one.filename, inner, depth - 1)
    except _BROKEN:
        return


def _unpacked(data: bytes, unpack: Callable[[io.BytesIO], BinaryIO]) -> bytes:
    """Its beginning: a few bytes may be many."""
    try:
        with unpack(io.BytesIO(data)) as opened:
            return opened.read(_MOST_BYTES)
    except _BROKEN:
        return b""


def _in_tar(data: bytes, depth: int) -> Iterator[str]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for one in islice(archive, _MOST_NAMES):
                inner = b""
                if one.isfile() and _extension(one.name) in _ARCHIVES and one.size <= _MOST_BYTES:
                    opened = archive.extractfile(one)
                    inner = opened.read() if opened is not None else b""
                yield from _names(one.name, inner, depth - 1)
    except _BROKEN:
        return


def _in_7z(data: bytes) -> Iterator[str]:
    """Names stand as UTF-16 at the end, unless the list is compressed or encrypted."""
    offset, size = int.from_bytes(data[12:20], "little"), int.from_bytes(data[20:28], "little")
    header = data[32 + offset : 32 + offset + size]
    if not header.startswith(b"\x01"):
        return
    at = header.find(b"\x11")
    while at >= 0:
        start, length = _number(header, at + 1)
        names = header[start + 1 : start + length]
        if header[start : start + 1] == b"\0" and len(names) == length - 1 and names.endswith(b"\0\0"):
            yield from names.decode("utf-16-le", "replace").split("\0")[:_MOST_NAMES]
            return
        at = header.find(b"\x11", at + 1)


def _number(header: bytes, at: int) -> tuple[int, int]:
    """Where it ends, and a number as 7z writes it: ones at the front of the first byte say how many more there are."""
    if at >= len(header):
        return at, 0
    first = header[at]
    more = next((i for i in range(8) if not first & (0x80 >> i)), 8)
    low = int.from_bytes(header[at + 1 : at + 1 + more], "little")
    high = first & ((0x80 >> more) - 1) if more < 8 else 0
    return at + 1 + more, low + (high << (8 * more))


_ARCHIVES = {"zip", "jar", "tar", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "7z"}
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(RuntimeError, NotImplementedError, ValueError, OverflowError, MemoryError),
)

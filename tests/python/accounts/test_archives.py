"""Forbidden files inside archives."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.sending.archives import forbidden_file

FORBIDDEN = frozenset({"exe", "vbs"})


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(mode: str, *files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def seven_zip(name: str) -> bytes:
    """Header with the names as they are (7zFormat.txt: kHeader, kFilesInfo, kNames)."""
    header = b"\x01\x05\x01\x11" + bytes([len(name) * 2 + 3]) + b"\x00" + name.encode("utf-16-le") + b"\0\0\0\0"
    return b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + bytes(8) + len(header).to_bytes(8, "little") + bytes(4) + header


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.exe", b"", "a.exe"),
        ("A.EXE", b"", "A.EXE"),
        ("a.exe.", b"", "a.exe."),
        ("a.txt", b"MZ", None),
        ("a.zip", zipped(("good.txt", b""), ("dir/Setup.exe", b"")), "dir/Setup.exe"),
        ("a.dat", zipped(("a.vbs", b"")), "a.vbs"),
        ("a.docx", zipped(("word/document.xml", b"")), None),
        ("a.tar", tarred("w", ("b/a.exe", b"x")), "b/a.exe"),
        ("a.tar.gz", tarred("w:gz", ("a.exe", b"x")), "a.exe"),
        ("a.tar.bz2", tarred("w:bz2", ("a.exe", b"x")), "a.exe"),
        ("a.txz", tarred("w:xz", ("a.exe", b"x")), "a.exe"),
        ("a.exe.gz", gzip.compress(b"x"), "a.exe"),
        ("a.exe.bz2", bz2.compress(b"x"), "a.exe"),
        ("a.exe.xz", lzma.compress(b"x"), "a.exe"),
        ("a.zip", zipped(("b.zip", zipped(("c.exe", b"")))), "c.exe"),
        ("a.zip", zipped(("b.tar.gz", tarred("w:gz", ("c.exe", b"x")))), "c.exe"),
        ("a.tgz", tarred("w:gz", ("b.zip", zipped(("c.vbs", b"")))), "c.vbs"),
        ("a.7z", seven_zip("setup.exe"), "setup.exe"),
        ("a.7z", seven_zip("letter.txt"), None),
        ("a.zip", b"PK\3\4 broken", None),
        ("a.gz", b"\x1f\x8b broken", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_forbidden_file_is_found_wherever_it_is(name: str, data: bytes, found: str | None) -> None:
    assert forbidden_file(name, data, FORBIDDEN) == found


def test_what_unpacks_to_gigabytes_is_looked_at_up_to_a_bound() -> None:
    bomb = gzip.compress(bytes(200 << 20), compresslevel=1)
    assert forbidden_file("a.tar.gz", bomb, FORBIDDEN) is None
    assert forbidden_file("a.zip", zipped(("b.gz", bomb)), FORBIDDEN) is None


@given(
    data=st.binary(max_size=300),
    start=st.sampled_from([b"PK\3\4", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c"]),
)
def test_any_bytes_are_taken(data: bytes, start: bytes) -> None:
    forbidden_file("a.bin", start + data, FORBIDDEN)


def test_a_damaged_archive_is_taken_as_it_is() -> None:
    whole = zipped(("a.txt", os.urandom(1000)), ("b.zip", zipped(("c.txt", b"x"))))
    for at in range(0, len(whole), 7):
        forbidden_file("a.zip", whole[:at] + b"\xff" + whole[at + 1 :], FORBIDDEN)

"""Which charset a text file is in: UTF-8 and UTF-16 by their form, the others by what makes sense of the letters."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from ...errors import InputError
from ...files import regular
from .charset_scores import CHARSETS, score

_CHUNK = 1 << 20
_LINE = 1 << 16
_SAMPLE = 1 << 14  # bytes of words that are looked at
_SURE = 4.0  # logarithm of how much more likely one charset must be than another
_NONSENSE = -8.0  # for each letter: no charset makes sense of it
_BEYOND_ASCII = re.compile(rb"[0-9A-Za-z]*+[\x80-\xff][0-9A-Za-z\x80-\xff]*+")
_UTF8_WORD = re.compile(rb"(?<![\x80-\xff])(?:[\xc3-\xd4][\x80-\xbf]){2,}(?![\x80-\xff])")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def recognise(path: Path) -> str:
    """The charset of a text file by Python's name. InputError where two are likely: both, and the option that decides;
    and where rows are in different ones: the row."""
    with open(path, "rb", opener=regular) as file:
        head = file.read(4096)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if wide := _without_bom(head):
        return wide
    if _is_utf8(path):
        return "utf-8"
    other, first_utf8, utf8_rows, first_other = _rows_beyond_ascii(path)
    if utf8_rows > other:
        raise encoding_error(path, "utf-8", ", as other rows are; save the file anew in one charset")
    likely = _likely(path, besides_utf8=utf8_rows > 0)
    if utf8_rows:
        mend = "save the file anew in one charset"
        if utf8_rows == other:
            mend += ", or pass encoding= where all rows are in one of them"
        guess = " or ".join(f"{charset} ({word!r})" for charset, word in likely)
        raise InputError(
            f"{path}, row {first_utf8}: is in UTF-8, other rows (the first: row {first_other}) in {guess}; {mend}"
        )
    if len(likely) > 1:
        (one, word), (other_one, other_word) = likely
        raise InputError(
            f"{path}: the letters may be {one} ({word!r}) or {other_one} ({other_word!r}); pass encoding={one!r} or "
            f"encoding={other_one!r}"
        )
    return likely[0][0]


def named(charset: str) -> str:
    """A charset as people write it."""
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a mark at its beginning", "koi8-r": "KOI8-R"}.get(
        charset, charset.upper() if charset.startswith(("utf", "koi", "iso")) else charset
    )


def encoding_error(path: Path, encoding: str, hint: str | None = None) -> InputError:
    """Finds the first byte that does not fit; the error names the file, its row and byte, and suggests an encoding,
    where `hint` does not say what to do."""
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
    name = "UTF-8" if encoding.startswith("utf-8") else encoding
    return InputError(
        f"{path}, row {row}, byte {at} (0x{bad:02x}): not {name} text{_hint(path, encoding) if hint is None else hint}"
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, hex."""
    with open(path, "rb", opener=regular) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hint(path: Path, encoding: str) -> str:
    try:
        guess = recognise(path)
    except InputError:
        return ", as the rows before it are; save the file anew in one charset"
    return f"; looks like {named(guess)}: pass encoding={guess!r}" if guess != encoding else ""


def _without_bom(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of ASCII letters is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open(path, "rb", opener=regular) as file:
        try:
            while data := file.read(_CHUNK):
                if not data.isascii() or decoder.getstate()[0]:
                    decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines with something beyond ASCII, those of endless ones in pieces."""
    number = 1
    with open(path, "rb", opener=regular) as file:
        while line := file.readline(_LINE):
            if not line.isascii():
                yield number, line
            number += line.endswith(b"\n")


def _rows_beyond_ascii(path: Path) -> tuple[int, int, int, int]:
    """How many rows are no UTF-8, the first that is, how many are, the first that is not. InputError for a row that is
    no UTF-8 and has a word that is: no other charset makes such words."""
    other = utf8 = first_other = first_utf8 = 0
    for number, line in _lines(path):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            if len(line) == _LINE and error.end == len(line):
                continue  # an endless line, cut in the middle of a character
            if found := _UTF8_WORD.search(line):
                raise InputError(
                    f"{path}, row {number}: {found[0].decode()!r} is in UTF-8, other words of the row are not; save "
                    "the file anew in one charset"
                ) from None
            other += 1
            first_other = first_other or number
        else:
            utf8 += 1
            first_utf8 = first_utf8 or number
    return other, first_utf8, utf8, first_other


def _likely(path: Path, besides_utf8: bool) -> list[tuple[str, str]]:
    """The most likely charset with a word as it reads it; where there is a doubt, the next one, too. `besides_utf8`:
    of the rows that are no UTF-8."""
    words: dict[bytes, None] = {}
    size = 0
    for _, line in _lines(path):
        if besides_utf8 and _is_text(line):
            continue
        for word in _BEYOND_ASCII.findall(line):
            if len(word) <= 64 and word not in words:
                words[word] = None
                size += len(word)
        if size > _SAMPLE:
            break
    sample = b" ".join(words) or b"\xff"
    read: dict[str, str] = {}  # text -> the first charset that gives it
    for charset in CHARSETS:
        try:
            read.setdefault(sample.decode(charset), charset)
        except UnicodeDecodeError:
            continue
    ranked = sorted(((score(text, charset), charset, text) for text, charset in read.items()), reverse=True)
    letters = sum(byte > 127 for byte in sample)
    if not ranked or ranked[0][0] < _NONSENSE * letters:
        raise InputError(f"{path}: the text is in no charset that is known here; pass encoding=, or save it as UTF-8")
    best, others = ranked[0], ranked[1:]
    if others and best[0] - others[0][0] < _SURE:
        one, other = next((a, b) for a, b in zip(best[2].split(" "), others[0][2].split(" "), strict=False) if a != b)
        return [(best[1], one), (others[0][1], other)]
    return [(best[1], best[2].split(" ")[0])]


def _is_text(line: bytes) -> bool:
    """Whether it is UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True

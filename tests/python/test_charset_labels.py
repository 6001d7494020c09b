"""Every label of the Encoding Standard, judged by Python's codecs. Where the two differ, the Standard is right: those
bytes are listed, and so is what we do otherwise than it, a letter being no page of the web."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import gatepost as gp

# https://encoding.spec.whatwg.org/#names-and-labels
LABELS = {
    "UTF-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "IBM866": "866 cp866 csibm866 ibm866",
    "ISO-8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "ISO-8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "ISO-8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "ISO-8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "ISO-8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
        "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "ISO-8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
        "iso_8859-7:1987 sun_eu_greek"
    ),
    "ISO-8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
        "iso_8859-8:1988 visual"
    ),
    "ISO-8859-8-I": "csiso88598i iso-8859-8-i logical",
    "ISO-8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "ISO-8859-13": "iso-8859-13 iso8859-13 iso885913",
    "ISO-8859-14": "iso-8859-14 iso8859-14 iso885914",
    "ISO-8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "ISO-8859-16": "iso-8859-16",
    "KOI8-R": "cskoi8r koi koi8 koi8-r koi8_r",
    "KOI8-U": "koi8-ru koi8-u",
    "macintosh": "csmacintosh mac macintosh x-mac-roman",
    "windows-874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "windows-1250": "cp1250 windows-1250 x-cp1250",
    "windows-1251": "cp1251 windows-1251 x-cp1251",
    "windows-1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 "
        "iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"
    ),
    "windows-1253": "cp1253 windows-1253 x-cp1253",
    "windows-1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254"
    ),
    "windows-1255": "cp1255 windows-1255 x-cp1255",
    "windows-1256": "cp1256 windows-1256 x-cp1256",
    "windows-1257": "cp1257 windows-1257 x-cp1257",
    "windows-1258": "cp1258 windows-1258 x-cp1258",
    "x-mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "GBK": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk",
    "gb18030": "gb18030",
    "Big5": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "EUC-JP": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "ISO-2022-JP": "csiso2022jp iso-2022-jp",
    "Shift_JIS": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "EUC-KR": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"
    ),
    "replacement": "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement",
    "UTF-16BE": "unicodefffe utf-16be",
    "UTF-16LE": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "x-user-defined": "x-user-defined",
}

SINGLE_BYTES = {
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "ISO-8859-8-I": "iso8859_8",
    "windows-874": "cp874",
    **{name: name.replace("windows-", "cp") for name in LABELS if name.startswith("windows-125")},
    **{name: name for name in LABELS if name.startswith(("ISO-8859-", "KOI8", "IBM")) and name != "ISO-8859-8-I"},
}
# What the Standard has otherwise than Python.
OTHER_BYTES = {
    "KOI8-U": {0xAE: "ў", 0xBE: "Ў"},
    "windows-1255": {0xCA: "\u05ba"},
}
DOUBLE_BYTES = {"gb18030": "gb18030", "GBK": "gb18030", "Big5": "big5hkscs", "Shift_JIS": "cp932", "EUC-KR": "cp949"}
ASCII_LABELS = {"ascii", "us-ascii", "ansi_x3.4-1968"}
"""Other than the Standard: text under them that is not ASCII is UTF-8 or known by its letters."""

cases = [(name, label) for name, labels in LABELS.items() for label in labels.split()]


def read(label: str, text: bytes) -> str:
    letter = gp.Message.parse(f'Content-Type: text/plain; charset="{label}"\r\n\r\n'.encode() + text)
    assert letter.text is not None
    return letter.text


def expected(name: str, byte: int) -> str:
    if byte in OTHER_BYTES.get(name, {}):
        return OTHER_BYTES[name][byte]
    try:
        return bytes([byte]).decode(SINGLE_BYTES[name])
    except UnicodeDecodeError:
        return chr(byte) if name.startswith("windows") and byte < 0xA0 else "\ufffd"


@pytest.mark.parametrize(
    ("name", "label"), [case for case in cases if case[0] in SINGLE_BYTES and case[1] not in ASCII_LABELS]
)
def test_every_byte_under_a_label_of_single_bytes_is_that_of_the_standard(name: str, label: str) -> None:
    every = range(0x80, 0x100)
    text = b"".join(b"a%c\n" % byte for byte in every)
    assert read(label, text) == "".join(f"a{expected(name, byte)}\n" for byte in every)


def pairs(first: int) -> Iterator[bytes]:
    for lead in range(first, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            yield bytes([lead, trail])


def differences(label: str, codec: str, samples: list[bytes]) -> dict[str, tuple[str, str]]:
    """Of those that Python knows."""
    known = []
    for one in samples:
        try:
            text = one.decode(codec)
        except UnicodeDecodeError:
            continue
        if len(text) == 1:
            known.append((one, text))
    assert len(known) > 5000
    ours = read(label, b"".join(one + b"\n" for one, _ in known)).split("\n")[:-1]
    assert len(ours) == len(known)
    return {one.hex(): (mine, theirs) for (one, theirs), mine in zip(known, ours, strict=True) if mine != theirs}


# Python has private characters where the Standard, and for the last six GB 18030 itself, has real ones.
GB_NEWER = {
    "a3a0": "\u3000",
    "a6d9": "︐",
    "a6da": "︒",
    "a6db": "︑",
    "a6dc": "︓",
    "a6dd": "︔",
    "a6de": "︕",
    "a6df": "︖",
    "a6ec": "︗",
    "a6ed": "︘",
    "a6f3": "︙",
    "a8bc": "ḿ",
    "fe59": "龴",
    "fe61": "龵",
    "fe66": "龶",
    "fe67": "龷",
    "fe6d": "龸",
    "fe7e": "龹",
    "fe90": "龺",
    "fea0": "龻",
    "fe51": "𠂇",
    "fe52": "𠂉",
    "fe53": "𠃌",
    "fe6c": "𡗗",
    "fe76": "𢦏",
    "fe91": "𤇾",
}
BIG5_SIGNS = {
    "a145": "‧",
    "a14e": "﹑",
    "a1c2": "¯",
    "a1e3": "～",
    "a1f2": "⊕",
    "a1f3": "⊙",
    "a241": "∕",
    "a242": "﹨",
    "a244": "￥",
    "a246": "￠",
    "a247": "￡",
}
SINCE_PYTHON = {"gb18030": GB_NEWER, "GBK": GB_NEWER, "Big5": BIG5_SIGNS}


@pytest.mark.parametrize("name", DOUBLE_BYTES)
def test_every_pair_of_bytes_under_a_label_of_double_bytes_is_that_of_the_standard(name: str) -> None:
    found = differences(LABELS[name].split()[0], DOUBLE_BYTES[name], list(pairs(0x81)))
    assert {pair: ours for pair, (ours, _) in found.items()} == SINCE_PYTHON.get(name, {})


@pytest.mark.parametrize(("name", "label"), [case for case in cases if case[0] in DOUBLE_BYTES])
def test_labels_of_double_bytes_name_their_charset(name: str, label: str) -> None:
    sample = "中文" if name in ("gb18030", "GBK", "Big5") else "日本" if name == "Shift_JIS" else "한국똠"
    assert read(label, sample.encode(DOUBLE_BYTES[name])) == sample


def jis_pairs() -> Iterator[tuple[int, int, str]]:
    """Row and cell, from 0x21 to 0x7E, with what the Standard has there: what Microsoft's Shift_JIS has."""
    for row in range(94):
        for cell in range(94):
            lead, trail = divmod(row * 94 + cell, 188)
            pair = bytes([lead + (0x81 if lead < 0x1F else 0xC1), trail + (0x40 if trail < 0x3F else 0x41)])
            if len(character := pair.decode("cp932", "replace")) == 1 and character != "\ufffd":
                yield row + 0x21, cell + 0x21, character


@pytest.mark.parametrize("label", [*LABELS["EUC-JP"].split(), "cp51932", "eucJP-ms"])
def test_japanese_in_eight_bits_has_the_characters_of_its_vendors(label: str) -> None:
    every = list(jis_pairs())
    text = b"".join(bytes([row | 0x80, cell | 0x80]) + b"\n" for row, cell, _ in every)
    assert read(label, text) == "".join(f"{character}\n" for _, _, character in every)
    assert read(label, b"\x8e\xb1\x8f\xb0\xa1") == "ｱ丂"


@pytest.mark.parametrize("label", [*LABELS["ISO-2022-JP"].split(), "CP50220", "cp50221", "cp50222"])
def test_japanese_in_seven_bits_has_the_characters_of_its_vendors(label: str) -> None:
    every = list(jis_pairs())
    text = b"".join(b"\x1b$B" + bytes([row, cell]) + b"\x1b(B\n" for row, cell, _ in every)
    assert read(label, text) == "".join(f"{character}\n" for _, _, character in every)
    assert read(label, b"\x1b(I1\x1b(J\\~\x1b(B\\~") == "ｱ¥‾\\~"


@pytest.mark.parametrize("label", LABELS["UTF-8"].split())
def test_labels_of_utf8_name_it(label: str) -> None:
    assert read(label, "Привет 😀".encode()) == "Привет 😀"


@pytest.mark.parametrize(("name", "label"), [case for case in cases if case[0].startswith("UTF-16")])
def test_labels_of_utf16_name_it_and_its_order_is_seen(name: str, label: str) -> None:
    order = "utf-16-be" if name == "UTF-16BE" else "utf-16-le"
    assert read(label, "Привет, мир".encode(order)) == "Привет, мир"
    if label not in ("utf-16le", "utf-16be", "unicodefffe"):  # RFC 2781, and letters: either order under one label
        assert read(label, "Привет, мир".encode("utf-16-be")) == "Привет, мир"


@pytest.mark.parametrize("label", LABELS["x-user-defined"].split())
def test_user_defined_bytes_are_private_characters(label: str) -> None:
    assert read(label, bytes(range(0x80, 0x100))) == "".join(map(chr, range(0xF780, 0xF800)))


@pytest.mark.parametrize(
    ("label", "text", "meant"),
    [
        ("hz-gb-2312", b"~{VPND~} ~~", "中文 ~"),
        ("iso-2022-kr", b"\x1b$)C\x0e0!\x0f!", "가!"),
        ("csiso2022kr", b"\x1b$)C\x0e0!\x0f!", "가!"),
        ("iso-2022-cn", b"\x1b$)A\x0eVPND\x0f!", "中文!"),
        ("iso-2022-cn-ext", b"\x1b$)A\x0eVPND\x0f!", "中文!"),
        ("utf-7", b"+BB8EQAQ4BDIENQRC-!", "Привет!"),
        ("replacement", b"text", "text"),
    ],
)
def test_charsets_that_the_standard_replaces_are_read_for_a_letters_text_must_not_be_lost(
    label: str, text: bytes, meant: str
) -> None:
    assert read(label, text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Grüße aus Köln".encode()[:-2] + b"\xe2\x82 20",
        "Привет, мир".encode()[:-1],
        "日本語のテキスト".encode()[:-2] + b"\n",
        b"Hi \xed\xa0\xbd\xed\xb8\x80!",
        "naïve".encode() + b" \xa0 \x93x\x94",
        "😀".encode()[:3] + b"!",
    ],
)
def test_text_labelled_utf8_that_is_nearly_utf8_is_what_python_replaces_in_it(text: bytes) -> None:
    assert read("utf-8", text) == text.decode("utf-8", "replace")

"""Letters in ten scripts, made by seed, for any reader to be held against: what went in is what has to come out.

    for letter in letters(300):
        raw = bytes(gatepost.Message(**letter.fields()))

Texts are single lines of words with one space between them where readers disagree on more; bodies end in a line end.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# Words of each script, with what makes it hard: combining marks, joiners, right to left, no spaces.
_TEXTS = {
    "cyrillic": "Привет съезд объявление ёлка Йод «кавычки» №42 мир поставка июля счёт эхо",
    "latin": "Grüße naïve façade žluťoučký Łódź cafe\u0301 Ünïcödé smørrebrød İstanbul ﬁn ß Ångström",
    "greek": "Καλημέρα κόσμε ἀρχή ὦ λόγος Ωμέγα ΐδια τέλος ψυχή",
    "hebrew": "שלום עולם בְּרֵאשִׁית חשבון מכתב ״ציטוט״ ירושלים",
    "arabic": "السلام عليكم مُحَمَّد رسالة فاتورة ١٢٣ لا الله می\u200cخواهم",
    "devanagari": "नमस्ते दुनिया क्ष श्री र्‍य हिन्दी पत्र १२३ ज़मीन",
    "thai": "สวัสดี ชาวโลก น้ำ กรุงเทพฯ ผู้ใหญ่ ๑๒๓ เก๊ก",
    "chinese": "你好 世界 发票 漢字 𠮷野家 北京 「引号」 一二三",
    "japanese": "こんにちは 世界 カタカナ か\u3099 請求書 ﾊﾝｶｸ 東京 ー々〆",
    "korean": "안녕하세요 세계 \u1112\u1161\u11ab\u1100\u1173\u11af 청구서 서울 대한민국 편지",
}
WORDS = {script: words.split() for script, words in _TEXTS.items()}
DOMAINS = {
    "cyrillic": "пример.рф",
    "latin": "münchen.example",
    "greek": "παράδειγμα.gr",
    "hebrew": "דוגמה.example",
    "arabic": "مثال.example",
    "devanagari": "उदाहरण.example",
    "thai": "ตัวอย่าง.example",
    "chinese": "例子.cn",
    "japanese": "例え.jp",
    "korean": "예제.kr",
}
EVERYWHERE = [
    "😀",
    "👩‍👩‍👧",
    "🇷🇺",
    "e\u0301",
    "№",
    "\u202bX\u202c",
    "=?utf-8?Q?x?=",
    "=20",
    "a;b",
    '"q"',
    "50%",
    "re:",
    "ok",
    "2026",
]
LINE_LENGTHS = [1, 3, 8, 25]  # words
FILE_TYPES = [("pdf", "application/pdf"), ("csv", "text/csv"), ("png", "image/png"), ("", "application/octet-stream")]


@dataclass(frozen=True)
class Letter:
    """What one letter says. Addresses are (name, address as typed); `wire` turns one into what stands on the wire."""

    script: str
    number: int
    from_: tuple[str, str]
    to: list[tuple[str, str]]
    cc: list[tuple[str, str]]
    subject: str
    text: str
    html: str
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(name, media type, bytes)"""

    def fields(self) -> dict[str, Any]:
        """As `gatepost.Message` takes them."""
        import gatepost

        given = {name: getattr(self, name) for name in ("from_", "to", "cc", "subject", "text", "html")}
        return {**given, "attachments": [gatepost.Attachment(data, name=n, type=t) for n, t, data in self.files]}


def wire(address: str) -> str:
    """By the standard library's IDNA, which agrees with IDNA 2008 on our domains."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def letters(count: int, seed: int = 2047) -> Iterator[Letter]:
    """`count` letters, the scripts in turn; the same ones for the same seed."""
    scripts = list(WORDS)
    for number in range(count):
        yield _letter(random.Random(f"{seed}.{number}"), scripts[number % len(scripts)], number)


def _letter(chance: random.Random, script: str, number: int) -> Letter:
    def line(words: int) -> str:
        own = [chance.choice(WORDS[script]) for _ in range(words)]
        if chance.random() < 0.4:
            own[chance.randrange(words)] = chance.choice(EVERYWHERE)
        # Chinese, Japanese and Thai know no spaces: one long word.
        return ("" if script in ("chinese", "japanese", "thai") and chance.random() < 0.7 else " ").join(own)

    def mailbox(i: int) -> tuple[str, str]:
        name = line(chance.choice([1, 2, 2, 3, 12]))
        if chance.random() < 0.2:
            name = f"{name}, {chance.choice(WORDS[script])} (x)"
        domain = DOMAINS[script] if chance.random() < 0.3 else "example.com"
        return name, f"user{number}.{i}@{domain}"

    def file() -> tuple[str, str, bytes]:
        ending, kind = chance.choice(FILE_TYPES)
        name = line(chance.choice([1, 2, 5, 14])).replace("/", "_").replace("\\", "_")
        return f"{name}.{ending}" if ending else name, kind, chance.randbytes(chance.choice([0, 1, 57, 58, 1000]))

    paragraphs = [line(chance.choice(LINE_LENGTHS)) for _ in range(chance.randint(1, 6))]
    if chance.random() < 0.2:
        paragraphs.append(line(600))  # a line over 998 octets
    markup = "".join(f"<p>{one.replace('&', '&amp;').replace('<', '&lt;')}</p>\n" for one in paragraphs)
    return Letter(
        script=script,
        number=number,
        from_=mailbox(0),
        to=[mailbox(i + 1) for i in range(chance.randint(1, 5))],
        cc=[mailbox(i + 7) for i in range(chance.choice([0, 0, 2]))],
        subject=line(chance.choice(LINE_LENGTHS)),
        text="\n".join(paragraphs) + "\n",
        html=f"<!DOCTYPE html>\n<html><body>\n{markup}</body></html>\n",
        files=[file() for _ in range(chance.choice([0, 1, 1, 3]))],
    )

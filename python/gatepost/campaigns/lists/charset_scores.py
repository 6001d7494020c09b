"""How much sense text makes in a charset: whether its letters, cases and words are those that people write."""

from __future__ import annotations

import math
import re
from itertools import pairwise

_RUSSIAN = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґў",
        (110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4,
         3, 3, 0.4, 2, 5, 2, 2, 0.2, 1),
        strict=True,
    )
)  # fmt: skip
_LETTERS = {letter: math.log(share / 1000) for letter, share in _RUSSIAN.items()}
_VOWELS = frozenset("аеёиоуыэюяіїє")
_LATIN = {
    "windows-1252": "éèêëàâäáãåçñüùúûöôóòõíìîïøæœßÿ",
    "windows-1250": "áéíóúůýčďěňřšťžąćęłńśźżőűöüäăâîşţßđôľĺ",
    "windows-1254": "çğıİşöüâîûéèàêëäñßáíóúôù",
}
_MARKS = frozenset("«»„“”‘’–—…№©°§·•±\xa0€®™")
_WORD = re.compile(r"[^\W\d_]+")
_GLUED = re.compile(r"[^\W\d_][«„“©®™€№§]|[»®©™€№§·•±][^\W\d_]")
CHARSETS = {
    "windows-1251": 0.0, "koi8-r": -1.0, "koi8-u": -2.0, "cp866": -2.0, "mac-cyrillic": -5.0, "iso8859-5": -5.0,
    "windows-1252": -0.5, "windows-1250": -2.0, "windows-1254": -2.5,
}  # fmt: skip
"""What may be meant, with the logarithm of how common it is."""


def score(text: str, charset: str) -> float:
    """The logarithm of how likely somebody wrote this; only what is beyond ASCII counts."""
    latin = _LATIN.get(charset)
    total = CHARSETS[charset] - 8.0 * len(_GLUED.findall(text))
    for word in _WORD.findall(text):
        if not word.isascii():
            total += _cyrillic(word) if latin is None else _accented(word, latin)
    return total + sum(-4.0 if char in _MARKS else -9.0 for char in text if char > "\x7f" and not char.isalpha())


def _cyrillic(word: str) -> float:
    total = 0.0
    lowered = word.lower()
    if not all(letter in _LETTERS for letter in lowered):
        total -= 8.0  # two alphabets in one word
    before = ""
    for letter, low in zip(word, lowered, strict=False):
        total += _LETTERS.get(low, 0.0 if low.isascii() else -10.0)
        if letter != low:
            total -= 8.0 if before.islower() else 0.5
        before = letter
    if word[0] == lowered[0]:
        total -= 0.7
    if lowered[0] in "ьъы":
        total -= 6.0
    if len(word) > 2 and not _VOWELS & set(lowered):
        total -= 3.0
    if "ъ" in lowered[:-1] and not re.search("ъ[еёюяі]", lowered):
        total -= 5.0
    return total


def _accented(word: str, usual: str) -> float:
    beyond = [letter for letter in word if not letter.isascii()]
    each = -3.0 if len(beyond) * 2 <= len(word) else -7.0
    case = 8.0 * sum(b.isupper() and a.islower() for a, b in pairwise(word))
    return sum(each if letter in usual or letter.lower() in usual else -10.0 for letter in beyond) - case

"""Domains that somebody mistyped: one slip away from one that very many people have."""

from __future__ import annotations

import unicodedata

_POPULAR = (
    "gmail.com", "mail.ru", "yandex.ru", "inbox.ru", "list.ru", "rambler.ru", "icloud.com", "hotmail.com",
    "outlook.com", "yahoo.com", "googlemail.com", "protonmail.com", "ukr.net", "internet.ru", "outlook.de", "web.de",
)  # fmt: skip
# Domains that are what they say, though near to one above.
_GOOD = frozenset({
    "mail.com", "email.com", "ymail.com", "gmx.com", "gmx.de", "mail.ua", "mail.de", "mail.kz", "mail.by", "mail.bg",
    "mail.ee", "email.ru", "emails.ru", "yandex.ua", "yandex.by", "yandex.kz", "yandex.uz", "yandex.com", "ya.ru",
    "inbox.lv", "inbox.com", "inbox.lt", "inbox.eu", "live.ru", "list.com", "rambler.ua", "yahoo.co", "yahoo.fr",
    "yahoo.de", "yahoo.it", "yahoo.es", "yahoo.ca", "yahoo.in", "hotmail.de", "hotmail.fr", "hotmail.it", "hotmail.es",
    "outlook.fr", "outlook.es", "outlook.it", "mailo.com", "bmail.ru", "e-mail.ru", "zmail.ru", "fmail.ru", "web.db",
    "umail.ru", "mails.ru", "mil.ru", "maib.ru", "lists.ru", "lis.ru", "gist.ru", "web.dev", "mailru.com", "mai.ru",
    "protonmail.ch", "mail.ru.net", "ukr.com", "ebay.com", "vmail.com", "wmail.com", "hmail.com", "fmail.com",
})  # fmt: skip
_ENDS = {
    "con": "com", "cmo": "com", "ocm": "com", "vom": "com", "xom": "com", "comm": "com", "coom": "com", "cpm": "com",
    "ruu": "ru", "rru": "ru", "u": "ru", "r": "ru", "ri": "ru", "rn": "ru", "nett": "net", "ogr": "org",
}  # fmt: skip


def _without_one(word: str) -> set[str]:
    return {word[:index] + word[index + 1 :] for index in range(len(word))}


_NEAR: dict[str, set[str]] = {}
for _domain in _POPULAR:
    for _key in {_domain, *_without_one(_domain)}:
        _NEAR.setdefault(_key, set()).add(_domain)


def likely_domain(domain: str) -> str | None:
    """The domain that was most likely meant; None where nothing speaks for another."""
    domain = domain.lower()
    if domain in _POPULAR or domain in _GOOD or len(domain) > 40:
        return None
    found = {
        popular
        for key in {domain, *_without_one(domain)}
        for popular in _NEAR.get(key, ())
        if _is_one_slip(domain, popular)
    }
    if len(found) == 1:
        return found.pop()
    name, _, end = domain.rpartition(".")
    return f"{name}.{_ENDS[end]}" if name and end in _ENDS else None


def mixed_letters(text: str) -> str:
    """A letter of another alphabet among Latin ones that looks like one of them; "" where there is none."""
    for word in text.replace("@", ".").split("."):
        scripts = {letter: unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
        if {"LATIN", "CYRILLIC"} <= set(scripts.values()):
            kinds = list(scripts.values())
            rarer = "CYRILLIC" if kinds.count("CYRILLIC") <= kinds.count("LATIN") else "LATIN"
            return next(letter for letter, script in scripts.items() if script == rarer)
    return ""


def _is_one_slip(a: str, b: str) -> bool:
    """Whether one letter is missing, too many, another, or two have changed places."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) != len(b):
        long, short = (a, b) if len(a) > len(b) else (b, a)
        return short in _without_one(long)
    differ = [index for index in range(len(a)) if a[index] != b[index]]
    if len(differ) == 1:
        return True
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )

"""The language in which gatepost speaks to people, English or Russian, and its words in the other one.

A text stands in the code in English, inside `gettext` or `ngettext`; the Russian in
`locale/ru/LC_MESSAGES/gatepost.po`, from which `tools/messages.py` makes what is read here.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from . import arguments

if TYPE_CHECKING:
    from gettext import NullTranslations

Language = Literal["en", "ru"]

_LANGUAGES = get_args(Language)
_of_the_locale: Language = "en"


def language() -> Language:
    """$GATEPOST_LANG where it is set; else the locale's language on the command line, and English in programs."""
    named = os.environ.get("GATEPOST_LANG", "").lower()[:2]
    return named if named in _LANGUAGES else _of_the_locale  # type: ignore[return-value]


def check(name: str, value: object) -> Language:
    """A language; InputError for any other."""
    return arguments.one_of(*_LANGUAGES)(name, value)  # type: ignore[return-value]


def follow_locale() -> None:
    """Speaks the language of LC_ALL, LC_MESSAGES or LANG from now on, where gatepost knows it."""
    global _of_the_locale
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    _of_the_locale = "ru" if locale.lower().startswith("ru") else "en"


def gettext(text: str, lang: Language | None = None) -> str:
    """The text in the language of the moment, or in `lang`; as it is where nobody has translated it."""
    return _catalogue(lang or language()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The form of a text for so many: `ngettext("{count} day", "{count} days", 21)` is "{count} день" in Russian."""
    return _catalogue(language()).ngettext(one, many, count)


@cache
def _catalogue(lang: Language) -> NullTranslations:
    from gettext import translation

    return translation("gatepost", Path(__file__).parent / "locale", [lang], fallback=True)

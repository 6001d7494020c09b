"""The language in which gatepost speaks of failures: English, or Russian."""

from __future__ import annotations

import os
from typing import Literal, get_args

from . import arguments

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

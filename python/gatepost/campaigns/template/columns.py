"""Columns whose names are no identifiers, as people write them: `{{ Дата оплаты }}` for `{{ row["Дата оплаты"] }}`."""

from __future__ import annotations

import re

from jinja2 import Environment, TemplateError

_READER = Environment(keep_trailing_newline=True)
_TAG = re.compile(
    r"(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\}.*?(?:\{%[-+]?\s*endraw\s*[-+]?%\}|\Z))|"
    r"(?P<comment>\{#.*?(?:#\}|\Z))|"
    r"(?P<open>\{\{[-+]?|\{%[-+]?\s*(?:el)?if\b)(?P<words>[^{}\n]*?)"
    r"(?P<close>[-+]?(?:\}\}|%\}))",
    re.DOTALL,
)
_LONGEST = 200  # characters of a column's name and a method behind it
_METHOD = re.compile(r"\.[a-z_]+\(.*\)\s*$")


def with_columns(source: str) -> str:
    """The template with `row["..."]` where a tag holds what is no expression of Jinja2; the same where all are."""
    if _is_whole(source):
        return source
    return _TAG.sub(_tag, source)


def _is_whole(source: str) -> bool:
    try:
        _READER.parse(source)
    except TemplateError:
        return False
    except (RecursionError, ValueError):
        return True  # what is wrong with it is not for us to say
    return True


def _tag(found: re.Match[str]) -> str:
    if found["open"] is None:
        return found[0]
    words, filters = _split(found["words"])
    sign = words[-1:] if words[-1:] in "-+" and found["close"][:1] not in "-+" else ""  # {{ Name -}}
    words = words[: len(words) - len(sign)]
    name, method, before = words.strip(), "", ""
    if found["open"].endswith("if") and name.startswith("not "):
        name, before = name[4:].strip(), "not "
    if not name or len(name) > _LONGEST or _is_whole(f"{{{{ {name} }}}}"):
        return found[0]
    if call := _METHOD.search(name):
        name, method = name[: call.start()].strip(), call[0]
    if any(char in name for char in "\"'\\{}"):
        return found[0]
    return f'{found["open"]} {before}row["{" ".join(name.split())}"]{method}{filters} {sign}{found["close"]}'


def _split(words: str) -> tuple[str, str]:
    """What stands before the first filter, and the filters."""
    quote = ""
    for index, char in enumerate(words):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "|":
            return words[:index], words[index:]
    return words, ""

"""Content-Type and Content-Disposition of a standard library's message, their parameters in ASCII (RFC 2231)."""

from __future__ import annotations

import re
from email import policy
from typing import Any
from urllib.parse import quote

_TOKEN = re.compile(r"[!#$%&'*+.0-9A-Z^_`a-z{|}~-]+")
_SECTION = 60
_LONGEST = 900


def parameter_text(name: str, value: Any) -> str:
    """The header's text: as it is where it is in ASCII and fits its lines, else made anew from what it says.

    `value`: a header object of EmailPolicy, or text.
    """
    text = str(value)
    if text.isascii() and max(map(len, text.split(" "))) <= _LONGEST:
        return text
    read = value if hasattr(value, "params") else policy.default.header_factory(name, text)
    main = read.content_type if name.lower() == "content-type" else read.content_disposition
    return "; ".join([main or "", *(one for key, said in read.params.items() for one in _parameter(key, said))])


def _parameter(key: str, value: str) -> list[str]:
    if value.isascii() and len(value) <= _LONGEST:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return [f"{key}={value}" if _TOKEN.fullmatch(value) else f'{key}="{escaped}"']
    sections = ["utf-8''"]
    for character in value:
        encoded = quote(character, safe="!#$&+^`|", errors="replace")
        if len(sections[-1]) + len(encoded) > _SECTION:
            sections.append("")
        sections[-1] += encoded
    if len(sections) == 1:
        return [f"{key}*={sections[0]}"]
    return [f"{key}*{i}*={section}" for i, section in enumerate(sections)]

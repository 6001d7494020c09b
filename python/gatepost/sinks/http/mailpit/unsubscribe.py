"""List-Unsubscribe (RFC 2369 §3.2, RFC 8058): its links, and what is wrong with them."""

from __future__ import annotations

import re
from typing import Any

from ..mailbox.stored_form import Headers

_COMMENT = re.compile(r"\([^()]*\)")
_LINK = re.compile(r"<([^<>]*)>")


def read_unsubscribe(headers: Headers) -> dict[str, Any]:
    """As Mailpit tells of it: `Header`, `Links`, `Errors` and `HeaderPost`."""
    header = headers.get("list-unsubscribe")
    links, errors = _links(header) if header else ([], [])
    post = headers.get("list-unsubscribe-post") if header else ""
    return {"Header": header, "Links": links, "Errors": ", ".join(errors), "HeaderPost": post}


def _links(header: str) -> tuple[list[str], list[str]]:
    value = _COMMENT.sub("", header).strip()
    written = _LINK.findall(value)
    if not written:
        return [], [f'"{value}" no valid unsubscribe links found']
    if not (value.startswith("<") and value.endswith(">")):
        return [], [f'"{value}" should be enclosed in <>']
    if len(written) > 2:
        return [], [f'"{value}" should include a maximum of one email and one HTTP link']
    if any(between.strip() != "," for between in _LINK.split(value)[2:-1:2]):
        return [], [f'"{value}" <> should be split with a comma and optional spaces']
    links: list[str] = []
    errors: list[str] = []
    kinds: set[str] = set()
    for link in written:
        if error := _wrong(link, kinds):
            errors.append(f'"{link}" {error}')
        else:
            links.append(link)
    return links, errors


def _wrong(link: str, kinds: set[str]) -> str:
    if re.search(r"\s", link):
        return "should not contain spaces"
    if re.match(r"mailto:[a-zA-Z0-9]", link):
        kind, once = "mailto", "should only contain one mailto:"
    elif re.match(r"https?://[a-zA-Z0-9]", link, re.IGNORECASE):
        kind, once = "http", "should only contain one HTTP link"
    else:
        return "should start with either http(s):// or mailto:"
    if kind in kinds:
        return once
    kinds.add(kind)
    return ""

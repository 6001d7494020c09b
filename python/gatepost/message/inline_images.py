"""Pictures that an html page names by path, made parts of the letter."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Collection, Iterator
from html import escape
from os import PathLike
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from .. import arguments
from ..errors import InputError
from .attachment import Attachment
from .html_tokens import Attribute, Tag, tokens

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
_SRCSET = re.compile(r"([^\s,]\S*[^\s,]|[^\s,])(\s[^,]*|,|$)")
# A bare URL has no "(" (CSS Syntax Level 3 §4.3.6); without that, each "url(" would be looked through to the very end.
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^'"()\s][^'"()\s]*))\s*\)""", re.IGNORECASE)
_DATA = re.compile(r"data:(image/[a-zA-Z0-9.+-]+)((?:;[^;,]*)*),", re.IGNORECASE)


class Pictures:
    """Inline parts by Content-ID. The same source gives the same part."""

    def __init__(self, given: dict[str, Attachment]) -> None:
        self.parts = dict(given)
        self._known: dict[object, str] = {}

    def add(self, key: object, picture: Attachment) -> str:
        """The Content-ID of a picture, new or known."""
        number = len(self._known) + 1
        while (cid := f"picture{number}@letter") in self.parts:
            number += 1
        self.parts[cid] = picture
        self._known[key] = cid
        return cid

    def get(self, key: object) -> str | None:
        """The Content-ID of what is there already."""
        return self._known.get(key)


def take_pictures(html: str, folder: str | PathLike[str], pictures: Pictures) -> str:
    """The page with `cid:` for every picture of an <img>, a background or a style attribute that is a path below
    `folder` or a data: URI. What lies elsewhere on the net stays. InputError for a file that is missing or not below
    `folder`."""
    if not isinstance(folder, str | PathLike):
        raise arguments.refuse("inline_images", "True or a folder", folder)
    base = arguments.path("inline_images", folder).resolve()

    def inlined(url: str) -> str:
        cid = _content_id(url, base, pictures)
        return url if cid is None else f"cid:{cid}"

    out = []
    done = 0
    for tag, one in _attributes(html):
        new = _with_urls(tag, one, inlined)
        if new != one.value:
            out += [html[done : one.start], f'"{escape(new)}"']
            done = one.end
    return "".join([*out, html[done:]])


def missing_pictures(html: str | None, there: Collection[str]) -> list[str]:
    """A warning for each `cid:` of the page that names none of the letter's parts: `there`, their Content-IDs."""
    if html is None or "cid:" not in html.lower():
        return []
    found: list[str] = []

    def noted(url: str) -> str:
        found.append(url)
        return url

    for tag, one in _attributes(html):
        _with_urls(tag, one, noted)
    lost = dict.fromkeys(url for url in found if url[:4].lower() == "cid:" and unquote(url[4:]) not in there)
    return [f"the html shows {url!r}, which is not a part of the letter" for url in lost]


def _attributes(html: str) -> Iterator[tuple[str, Attribute]]:
    """The attributes that have a value, each with the name of its tag."""
    for token in tokens(html):
        if isinstance(token, Tag) and not token.closing:
            yield from ((token.name, one) for one in token.attributes if one.end > one.start)


def _with_urls(tag: str, one: Attribute, change: Callable[[str], str]) -> str:
    """The attribute's value with each URL of a picture in it changed."""
    if one.name == "background" or (one.name == "src" and tag == "img"):
        url = one.value.strip()
        new = change(url)
        return one.value if new == url else new
    if one.name == "srcset":
        return _SRCSET.sub(lambda found: change(found[1]) + found[2], one.value)
    if one.name == "style":
        return _CSS_URL.sub(lambda found: _css_url(found, change), one.value)
    return one.value


def _css_url(found: re.Match[str], change: Callable[[str], str]) -> str:
    url = (found[1] or found[2] or found[3] or "").strip()
    new = change(url)
    return found[0] if new == url else f"url({new})"


def _content_id(url: str, base: Path, pictures: Pictures) -> str | None:
    if data := _DATA.match(url):
        return pictures.get(url) or pictures.add(url, Attachment(_decoded(url, data), type=data[1].lower()))
    local = url[:5].lower() == "file:"
    if not url or url.startswith("#") or (_SCHEME.match(url) and not local):
        return None
    try:
        if local:
            raise InputError("takes a path below the folder, not a file: URL")
        path = (base / unquote(re.split(r"[?#]", url, maxsplit=1)[0])).resolve()
        if not path.is_relative_to(base):
            raise InputError(f"it does not lie below {str(base)!r}")
        return pictures.get(path) or pictures.add(path, Attachment(path))
    except (InputError, ValueError, OSError) as error:
        raise InputError(f"html: picture {url!r}: {error}") from None


def _decoded(url: str, data: re.Match[str]) -> bytes:
    if not data[2].lower().endswith(";base64"):
        return unquote_to_bytes(url[data.end() :])
    try:
        return base64.b64decode(re.sub(r"\s", "", unquote(url[data.end() :])), validate=True)
    except binascii.Error as error:
        raise InputError(f"html: picture {url[:40]!r}...: {error}") from None

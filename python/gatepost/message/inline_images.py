"""Pictures that an html page names by path, made parts of the letter."""

from __future__ import annotations

import base64
import binascii
import re
from os import PathLike
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from ..errors import InputError
from .attachment import Attachment
from .html_tokens import Attribute, Tag, tokens

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
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
    """The page with `cid:` for every <img src> and background that is a path below `folder` or a data: URI. What lies
    elsewhere on the net stays. InputError for a file that is missing or not below `folder`."""
    base = Path(folder).resolve()
    out = []
    done = 0
    for token in tokens(html):
        if not isinstance(token, Tag) or token.closing:
            continue
        for one in token.attributes:
            if _names_picture(token.name, one) and (cid := _content_id(one.value.strip(), base, pictures)):
                out += [html[done : one.start], f'"cid:{cid}"']
                done = one.end
    return "".join([*out, html[done:]])


def _names_picture(tag: str, one: Attribute) -> bool:
    return one.end > one.start and (one.name == "background" or (one.name == "src" and tag == "img"))


def _content_id(url: str, base: Path, pictures: Pictures) -> str | None:
    if data := _DATA.match(url):
        return pictures.get(url) or pictures.add(url, Attachment(_decoded(url, data), type=data[1].lower()))
    if not url or url.startswith("#") or _SCHEME.match(url):
        return None
    try:
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

"""How a letter shows itself in a notebook."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape

from .attachment import Attachment

_MAX_INLINE_BYTES = 500_000
# A letter may be somebody else's page: it runs no script, loads nothing, sends nothing and stays in its frame.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'\">"
)


def frame(html: str, inline: Mapping[str, Attachment]) -> str:
    """The letter's page, shut in, its own inline pictures shown."""
    for cid, picture in inline.items():
        if len(picture.data) <= _MAX_INLINE_BYTES:
            data = base64.b64encode(picture.data).decode()
            html = html.replace(f"cid:{cid}", f"data:{escape(picture.type)};base64,{data}")
    page = escape(_POLICY + html)
    return f'<iframe sandbox="" srcdoc="{page}" style="width:100%;height:20em;border:1px solid #ccc"></iframe>'


def table(rows: Mapping[str, str]) -> str:
    """Names and values; the empty ones are left out."""
    cells = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th><td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in rows.items()
        if value
    )
    return f"<table>{cells}</table>"


def text(body: str) -> str:
    """A plain body."""
    return f'<pre style="white-space:pre-wrap">{escape(body)}</pre>'

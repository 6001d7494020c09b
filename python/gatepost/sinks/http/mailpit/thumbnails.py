"""Small pictures of the pictures among a letter's parts."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..calls import Call, CallError, route
from .message import Message

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import Route

_SIZE = 180, 120
_MOST_PIXELS = 40_000_000  # of a picture that is opened at all: a few bytes can claim to be larger than any memory
_QUALITY = 70


class Thumbnails:
    """/api/v1/message/{id}/part/{part}/thumb: JPEG of 180 by 120 pixels; white where the part is no picture."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self.routes: list[Route] = [route("GET", "/api/v1/message/{id}/part/{part}/thumb", self.thumbnail)]

    def thumbnail(self, call: Call) -> Response:
        """The picture cropped to the frame, or within it where it is smaller."""
        from starlette.responses import Response

        try:
            part = self._message.find_part(call)
        except CallError:
            raise CallError("attachment not found") from None
        data = _thumbnail(part.content if part.type.startswith("image/") else b"")
        name = quote(f"{part.name.rpartition('.')[0] or part.name or 'thumb'}.jpg", safe="$&+:=@")
        return Response(data, media_type="image/jpeg", headers={"content-disposition": f'filename="{name}"'})


def _thumbnail(data: bytes) -> bytes:
    from PIL import Image, ImageOps

    frame = Image.new("RGB", _SIZE, "white")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise ValueError
                shown = ImageOps.exif_transpose(picture).convert("RGBA")
        if shown.width > _SIZE[0] or shown.height > _SIZE[1]:
            shown = ImageOps.fit(shown, (min(shown.width, _SIZE[0]), min(shown.height, _SIZE[1])))
        frame.paste(shown, ((_SIZE[0] - shown.width) // 2, (_SIZE[1] - shown.height) // 2), shown)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError, Warning):
        frame = Image.new("RGB", _SIZE, "white")  # no picture, or one that nobody can open
    found = io.BytesIO()
    frame.save(found, "JPEG", quality=_QUALITY)
    return found.getvalue()

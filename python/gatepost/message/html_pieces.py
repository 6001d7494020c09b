"""Tables and charts of a notebook, placed in the html of a letter. Known by what they can do: nothing is imported."""

from __future__ import annotations

import importlib.util
import io
import struct
from collections.abc import Iterable, Mapping
from html import escape
from numbers import Number
from typing import Any

from .. import arguments
from ..errors import InputError
from .attachment import Attachment
from .inline_images import Pictures

HtmlSource = str | Iterable[Any]
"""A page, or a list of pieces: html, DataFrames and Series (pandas, polars), figures (Matplotlib, Altair, Plotly)."""

_DPI = 144  # sharp on dense screens; shown at the size of 96
_TABLE = "border-collapse:collapse;font-family:sans-serif;font-size:14px"
_CELL = "border:1px solid #d0d0d0;padding:4px 8px;text-align:"


def read_html(source: HtmlSource | None, pictures: Pictures) -> str | None:
    """The `html=` of a letter as one page; figures become inline pictures."""
    if source is None:
        return None
    if isinstance(source, str):
        return arguments.text("html", source)
    if not isinstance(source, Iterable) or _is_table(source) or isinstance(source, bytes | Mapping):
        if isinstance(source, bytes | Mapping) or not _is_piece(source):
            raise arguments.refuse("html", "a str or a list of pieces", source)
        source = [source]
    return "\n".join(_piece(f"html[{i}]", one, pictures) for i, one in enumerate(source))


def _is_table(value: Any) -> bool:
    return hasattr(value, "columns") and (hasattr(value, "itertuples") or hasattr(value, "iter_rows"))


def _is_piece(value: Any) -> bool:
    names = ("savefig", "get_figure", "to_image", "to_html", "to_frame", "_repr_html_")
    return _is_table(value) or any(hasattr(value, name) for name in names) or _is_altair(value)


def _is_altair(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "altair" and hasattr(value, "save")


def _piece(field: str, value: Any, pictures: Pictures) -> str:
    if isinstance(value, str):
        return arguments.text(field, value)
    if _is_table(value):
        return _table(value)
    if hasattr(value, "to_frame"):
        return _table(value.to_frame())
    if hasattr(value, "get_figure") and not hasattr(value, "savefig"):
        value = value.get_figure()
    if hasattr(value, "savefig"):
        return _matplotlib(value, pictures)
    if _is_altair(value):
        return _altair(field, value, pictures)
    if hasattr(value, "to_image"):
        return _picture(value.to_image(format="png", scale=_DPI / 96), "", pictures)
    for name in ("to_html", "_repr_html_"):
        if hasattr(value, name) and isinstance(shown := getattr(value, name)(), str):
            return arguments.text(field, shown)
    raise arguments.refuse(field, "html, a table or a figure", value)


def _table(frame: Any) -> str:
    if hasattr(frame, "itertuples"):
        if type(frame.index).__name__ != "RangeIndex":
            frame = frame.reset_index(allow_duplicates=True)
        rows: Iterable[tuple[Any, ...]] = frame.itertuples(index=False, name=None)
    else:
        rows = frame.iter_rows()
    titles = [" / ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in frame.columns]
    head = "".join(f'<th style="{_CELL}left;background:#f2f2f2">{escape(one)}</th>' for one in titles)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    return arguments.text(
        "html", f'<table style="{_TABLE}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>'
    )


def _cell(value: Any) -> str:
    if value is None or type(value).__name__ in ("NAType", "NaTType") or (isinstance(value, float) and value != value):
        return f'<td style="{_CELL}left"></td>'
    is_number = isinstance(value, Number) and not isinstance(value, bool)
    shown = f"{value:.12g}" if isinstance(value, float) else str(value)
    return f'<td style="{_CELL}{"right" if is_number else "left"}">{escape(shown)}</td>'


def _matplotlib(figure: Any, pictures: Pictures) -> str:
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=_DPI, bbox_inches="tight")
    inner = getattr(figure, "figure", figure)
    titles = [inner.get_suptitle()] if hasattr(inner, "get_suptitle") else []
    titles += [axes.get_title() for axes in getattr(inner, "axes", ()) if hasattr(axes, "get_title")]
    return _picture(png.getvalue(), next(filter(None, titles), ""), pictures)


def _altair(field: str, chart: Any, pictures: Pictures) -> str:
    if importlib.util.find_spec("vl_convert") is None:
        raise InputError(f"{field}: an Altair chart becomes a picture by vl-convert: pip install vl-convert-python")
    png = io.BytesIO()
    chart.save(png, format="png", scale_factor=_DPI / 96)
    title = getattr(chart, "title", "")
    title = title if isinstance(title, str) else getattr(title, "text", "")
    return _picture(png.getvalue(), title if isinstance(title, str) else "", pictures)


def _picture(png: bytes, title: str, pictures: Pictures) -> str:
    cid = pictures.get(png) or pictures.add(png, Attachment(png, type="image/png"))
    [width] = struct.unpack(">I", png[16:20])
    return (
        f'<img src="cid:{cid}" alt="{escape(title or "chart")}" width="{round(width * 96 / _DPI)}" '
        'style="max-width:100%;height:auto">'
    )

"""A table as the methods of `History` and `Campaign` return it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from .. import arguments
from ..shown import OBEYED, shown

if TYPE_CHECKING:
    import pandas
    import pyarrow  # type: ignore[import-untyped]

_ROWS_SHOWN = 20
_SLICE = 65_536  # rows that are written at a time
_OBEYED = OBEYED.pattern.replace("\x0b-", "\x0b\x0c\x0e-")  # a carriage return stays within its quotes
_FORMULA = r"^([=+\-@\t\r])"


class Table:
    """Rows and named columns. A Polars frame inside; any Arrow reader takes it as it is (`__arrow_c_stream__`)."""

    def __init__(self, frame: pl.DataFrame, title: str = "") -> None:
        self._frame = arguments.instance(pl.DataFrame)("frame", frame)
        self.title = arguments.text("title", title)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return self._frame.columns

    def to_polars(self) -> pl.DataFrame:
        """As a Polars DataFrame, without a copy."""
        return self._frame

    def to_pandas(self) -> pandas.DataFrame:
        """As a pandas DataFrame. ImportError says what to install where pandas or pyarrow is absent."""
        try:
            import pandas  # noqa: F401
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise ImportError("to_pandas() needs pandas and pyarrow: pip install 'gatepost[pandas]'") from error
        return self._frame.to_pandas()

    def to_arrow(self) -> pyarrow.Table:
        """As a pyarrow Table. ImportError says what to install where pyarrow is absent."""
        try:
            return self._frame.to_arrow()
        except ImportError as error:
            raise ImportError("to_arrow() needs pyarrow: pip install 'gatepost[pandas]'") from error

    def to_dicts(self) -> list[dict[str, Any]]:
        """All rows as dicts."""
        return self._frame.to_dicts()

    def write_csv(self, path: str | Path) -> Path:
        """A CSV file in UTF-8 with a byte order mark, so that spreadsheets show Russian text as it is.

        A text that a spreadsheet would take for a formula gets an apostrophe in front, and "?" stands for characters
        that a terminal would obey: some are strangers' words.
        """
        target = arguments.path("path", path)
        texts = [name for name, kind in self._frame.schema.items() if kind == pl.String]
        shown_texts = (pl.col(name).str.replace_all(_OBEYED, "?") for name in texts)
        safe = [text.str.replace(_FORMULA, "'$1") for text in shown_texts]
        with target.open("wb") as file:
            file.write(codecs.BOM_UTF8)
            self._frame.clear().write_csv(file)
            for part in self._frame.iter_slices(_SLICE):
                part.with_columns(safe).write_csv(file, include_header=False)
        return target

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return self._frame.height

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._frame.iter_rows(named=True)

    def __getitem__(self, column: str) -> pl.Series:
        return self._frame[column]

    def __repr__(self) -> str:
        with pl.Config(
            tbl_rows=_ROWS_SHOWN, tbl_cols=11, fmt_str_lengths=60, tbl_hide_dataframe_shape=True, tbl_width_chars=160
        ):
            return shown(f"{self._caption()}\n{self._frame}")

    def _repr_html_(self) -> str:
        with pl.Config(tbl_rows=_ROWS_SHOWN, tbl_cols=-1, fmt_str_lengths=80, tbl_hide_dataframe_shape=True):
            return f"<p><strong>{escape(self._caption())}</strong></p>{self._frame._repr_html_()}"

    def _caption(self) -> str:
        rows = f"{len(self):,} row{'' if len(self) == 1 else 's'}"
        return f"{self.title}: {rows}" if self.title else rows

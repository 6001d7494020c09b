"""Rows as data frames, and why there are none in some children of a fork."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import ForkedError

FRAME_CHUNK = 8_192
"""Rows that are read at a time: as Python objects they take many times the room of their place in a frame."""

_pool_is_gone = False


def frame_of(chunks: Iterable[Sequence[Sequence[Any]]], columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Chunks of rows as one frame of these columns. ForkedError in a child of a process that had begun to use Polars:
    its threads are not there, and whatever needs them would wait for ever."""
    if _pool_is_gone:
        raise ForkedError(
            "Polars was used before this process was forked, and its threads are not in here: start it by spawn"
            " (multiprocessing.get_context('spawn')), or read frames only after the fork"
        )
    parts = [pl.DataFrame(_series(chunk, columns)) for chunk in chunks]
    return pl.concat(parts) if len(parts) > 1 else parts[0] if parts else pl.DataFrame(schema=columns)


def _series(chunk: Sequence[Sequence[Any]], columns: Mapping[str, type[pl.DataType]]) -> Iterator[pl.Series]:
    """The columns of a chunk; one that equals the column before, as an address does that was written in wire form,
    shares its memory."""
    series = pl.Series()
    before: Sequence[Any] = ()
    for (name, kind), values in zip(columns.items(), zip(*chunk, strict=True), strict=True):
        same = series.dtype == kind and values == before
        series = series.rename(name) if same else pl.Series(name, values, kind)
        before = values
        yield series


def _has_pool() -> bool:
    """Whether Polars has threads in this process."""
    try:
        return any(name.read_text().startswith("polars") for name in Path("/proc/self/task").glob("*/comm"))
    except OSError:  # no /proc: it has them from its first use on, and it is loaded
        return True


def _before_fork() -> None:
    global _had_pool
    _had_pool = _has_pool()


def _in_child() -> None:
    global _pool_is_gone
    _pool_is_gone = _pool_is_gone or _had_pool


_had_pool = False
os.register_at_fork(before=_before_fork, after_in_child=_in_child)

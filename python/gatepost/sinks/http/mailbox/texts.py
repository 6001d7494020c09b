"""The words of all letters of a mailbox, so that a search takes milliseconds for 100,000 of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

_CHUNK = 512


@dataclass(frozen=True, slots=True)
class _Chunk:
    first: int
    last: int
    ids: polars.Series
    texts: polars.Series


class Texts:
    """Texts by ids that only grow; Polars keeps them in blocks and looks through those without the interpreter.

    Not safe from several threads.
    """

    def __init__(self) -> None:
        self._chunks: list[_Chunk] = []
        self._fresh: list[tuple[int, str]] = []
        self.last = 0
        """The id up to which all texts are here, or were."""

    def add(self, id_: int, text: str) -> None:
        """Adds the next text."""
        self._fresh.append((id_, text))
        self.last = id_
        if len(self._fresh) >= _CHUNK:
            self._close_chunk()

    def containing(self, term: str) -> set[int]:
        """Ids of the texts that hold `term`."""
        found = {id_ for id_, text in self._fresh if term in text}
        for chunk in self._chunks:
            found.update(chunk.ids.filter(chunk.texts.str.contains(term, literal=True)).to_list())
        return found

    def drop_before(self, id_: int) -> None:
        """Lets go of the texts of older letters, a block at a time."""
        self._chunks = [chunk for chunk in self._chunks if chunk.last >= id_]
        if self._fresh and self._fresh[0][0] < id_:
            self._fresh = [one for one in self._fresh if one[0] >= id_]

    def _close_chunk(self) -> None:
        import polars as pl

        ids, texts = zip(*self._fresh, strict=True)
        self._chunks.append(_Chunk(ids[0], ids[-1], pl.Series(ids, dtype=pl.UInt64), pl.Series(texts, dtype=pl.String)))
        self._fresh = []

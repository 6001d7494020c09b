"""What every opened list provides, wherever it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from .chunk import Chunk
from .list_row import ListRow


class OpenList(Protocol):
    """A list that can be gone through once. `columns` is known before the first row."""

    name: str
    columns: list[str]
    sha256: str | None  # of the file, where it is one
    ragged: bool  # rows may bring other columns than the first
    address_column: str

    @property
    def facts(self) -> dict[str, Any]:
        """What was recognised: format, encoding, delimiter, header_row ..., as far as the format has them."""

    def chunks(self) -> Iterator[Chunk]:
        """The rows, many at a time."""

    def __iter__(self) -> Iterator[ListRow]: ...

"""What a store says of itself."""

from __future__ import annotations

from .. import statements as sql
from .base import Tables


class FactTable(Tables):
    """The calls of `Store` about itself."""

    def fact(self, name: str) -> str:
        """What it knows of this name; see `Store`."""
        found = self._db.rows(sql.FACT, (name,))
        return str(found[0][0]) if found else ""

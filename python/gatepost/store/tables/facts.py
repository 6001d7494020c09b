"""What a store says of itself."""

from __future__ import annotations

from .. import statements as sql
from ..database import Transaction
from ..statements_upkeep import DROP_FACT, KNOWN_FACTS, SET_FACT
from .base import Tables, persistent

FACTS = "facts"  # what is asked for exclusively


class FactTable(Tables):
    """The calls of `Store` about itself."""

    def fact(self, name: str) -> str:
        """What it knows of this name; see `Store`."""
        found = self._db.rows(sql.FACT, (name,))
        return str(found[0][0]) if found else ""

    @persistent
    def set_fact(self, name: str, value: str) -> None:
        """What it says of itself from now on; "" for nothing; see `Store`."""
        with self._db.transaction() as connection:
            self._db.exclusive(connection, FACTS)
            if value:
                connection.execute(SET_FACT, (name, value))
            else:
                connection.execute(DROP_FACT, (name,))

    def why_silent(self) -> str:
        """Why nothing may be sent from it; see `Store`."""
        with self._db.transaction() as connection:
            return self._why_silent(connection)

    def _why_silent(self, connection: Transaction) -> str:
        known = dict(connection.execute(KNOWN_FACTS).fetchall())
        if "moved_to" in known:
            return f"store {self.url} has moved to {known['moved_to']}; send from there"
        if "copied_at" in known:
            return (
                f"store {self.url} is a copy: what the original sent since does not stand in it, so nothing is sent "
                "from it. If the original is lost, gatepost store adopt makes it one"
            )
        return ""

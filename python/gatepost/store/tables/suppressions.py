"""Addresses that are never to be written to again."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ...addresses import with_domain
from .. import statements as sql
from ..columns import SUPPRESSIONS
from .base import Tables, persistent

_ADDRESSES_PER_QUERY = 5_000


class SuppressionTable(Tables):
    """The calls of `Store` about suppressions."""

    @persistent
    def suppress(self, addresses: Sequence[str], reason: str, at: float) -> None:
        """Never again to these addresses."""
        # In order: two who write the same ones would else wait for each other.
        rows = [(address, reason, at) for address in sorted(set(map(_key, addresses)))]
        with self._db.transaction() as connection:
            connection.executemany(sql.SUPPRESS, rows)

    @persistent
    def unsuppress(self, addresses: Sequence[str]) -> None:
        """To these addresses again."""
        with self._db.transaction() as connection:
            connection.executemany(sql.UNSUPPRESS, [(address,) for address in sorted(set(map(_key, addresses)))])

    def suppressions(self) -> pl.DataFrame:
        """address, reason, at; oldest first."""
        return self._db.frame(sql.SUPPRESSIONS, (), SUPPRESSIONS).sort("at", "address")

    def suppression_reasons(self) -> dict[str, str]:
        """address -> reason for all of them."""
        return {address: reason for address, reason, _ in self._db.rows(sql.SUPPRESSIONS)}

    def suppressed_among(self, addresses: Sequence[str]) -> dict[str, str]:
        """address -> reason for those that are suppressed."""
        asked = list({_key(address) for address in addresses})
        reasons: dict[str, str] = {}
        for start in range(0, len(asked), _ADDRESSES_PER_QUERY):
            part = asked[start : start + _ADDRESSES_PER_QUERY]
            reasons.update(self._db.rows(sql.suppressed_among(len(part)), part))
        if not reasons:
            return {}
        return {address: reasons[key] for address in addresses if (key := _key(address)) in reasons}


def _key(address: str) -> str:
    if address.islower():
        return address
    return with_domain(address, str.lower)

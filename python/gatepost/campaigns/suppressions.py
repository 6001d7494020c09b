"""The list of addresses that are never written to again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from html import escape
from os import PathLike

import polars as pl

from .. import arguments
from ..errors import InputError
from ..store import Status, Store, open_store
from .lists.addresses import address_key, wire_address
from .lists.mending import read_cell
from .lists.recipients import read_recipients


class Suppressions:
    """Addresses that campaigns of this store leave out; a permanent refusal adds to it by itself.

    >>> Suppressions("campaigns.db").add("x@y.z", reason="complaint")
    """

    def __init__(self, store: str | PathLike[str] | Store) -> None:
        self._store = open_store(store)

    def add(self, addresses: str | Iterable[str], reason: str = "manual") -> int:
        """Adds one address or many; returns how many. InputError for the first bad one; nothing is added then."""
        arguments.line("reason", reason)
        keys = _keys("addresses", addresses)
        self._store.suppress(keys, reason, time.time())
        return len(keys)

    def remove(self, addresses: str | Iterable[str]) -> None:
        """These may be written to again."""
        self._store.unsuppress(_keys("addresses", addresses))

    def left_out_by(self, addresses: str | Iterable[str]) -> list[str]:
        """Campaigns that have left one of these addresses out, by name: `Campaign.suppressed().resend()` puts back."""
        keys = set(_keys("addresses", addresses))
        found = []
        for record in self._store.campaigns():
            left_out = self._store.results(record.id, ["address"], [Status.SUPPRESSED])["address"]
            if any(address_key(address) in keys for address in left_out if address):
                found.append(record.name)
        return found

    def import_csv(
        self, path: str | PathLike[str], *, address_column: str | None = None, encoding: str | None = None,
        reason: str = "imported",
    ) -> int:  # fmt: skip
        """Adds the addresses of a list in a file (docs/lists.md); returns how many. InputError names a bad row."""
        arguments.path("path", path)
        arguments.optional(arguments.text)("address_column", address_column)
        arguments.optional(arguments.line)("encoding", encoding)
        arguments.line("reason", reason)
        rows = read_recipients(path, address_column=address_column, encoding=encoding)
        keys = []
        for row in rows:
            for one in read_cell(row.values.get(rows.address_column)):
                if row.problem or one.problem:
                    raise InputError(f"{rows.name}, row {row.number}: {row.problem or one.problem}")
                keys.append(address_key(one.wire))
        self._store.suppress(keys, reason, time.time())
        return len(keys)

    def to_polars(self) -> pl.DataFrame:
        """address, reason, at (Unix seconds)."""
        return self._store.suppressions()

    def reason(self, address: str) -> str | None:
        """Why this address is suppressed; None where it is not."""
        key = _key("address", address)
        return self._store.suppressed_among([key]).get(key)

    def __contains__(self, address: object) -> bool:
        try:
            return isinstance(address, str) and self.reason(address) is not None
        except ValueError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_polars()["address"].to_list())

    def __len__(self) -> int:
        return self.to_polars().height

    def __repr__(self) -> str:
        return f"<Suppressions of {self._store.url}: {len(self):,} addresses>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_polars()._repr_html_()}"


def _key(name: str, address: object) -> str:
    text = arguments.text(name, address)
    with arguments.named(name):
        return address_key(wire_address(text)[0])


_keys = arguments.one_or_several(_key)

"""Wire addresses as people read them: IDN domains in their own letters."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ..addresses import with_domain

TEST_ADDRESS = "test@test.ru"
"""Letters to it are accepted and discarded by a Sendsay gate and never show in statistics."""


def show_domain(domain: str) -> str:
    """`xn--e1afmkfd.xn--p1ai` as `пример.рф`; as it is where it does not decode."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def show_address(address: str) -> str:
    """The address with its domain in its own letters."""
    return with_domain(address, show_domain)


def in_own_letters(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with `recipient` and `domain` as people read them."""
    readers: dict[str, Callable[[str], str]] = {"recipient": show_address, "domain": show_domain}
    for column, reader in readers.items():
        if column in frame.columns:
            encoded = frame[column].filter(frame[column].str.contains("xn--", literal=True)).unique().to_list()
            frame = frame.with_columns(pl.col(column).replace({wire: reader(wire) for wire in encoded}))
    return frame


def without_test_address(frame: pl.DataFrame, column: str = "recipient") -> pl.DataFrame:
    """The frame without the letters to `test@test.ru`."""
    return frame.filter(pl.col(column).str.to_lowercase() != TEST_ADDRESS)

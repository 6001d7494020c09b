"""The tables of a store in PostgreSQL: whether they are there, and how they come to be."""

from __future__ import annotations

from secrets import token_hex

import psycopg
from psycopg import sql as names

from ..errors import StoreError
from ..migrations import steps
from ..schema import POSTGRESQL, VERSION, ddl
from ..statements import FOUND
from .statements import Statements
from .url import Target


def is_current(connection: psycopg.Connection, target: Target) -> bool:
    """Whether the store is there and of this version. StoreError for anything else but a store, or an empty place."""
    [[encoding]] = connection.execute("SHOW server_encoding").fetchall()
    if encoding != "UTF8":
        raise StoreError(f"store {target.shown}: the database keeps texts as {encoding}; make one with ENCODING 'UTF8'")
    return _version(connection, target) == VERSION


def found(connection: psycopg.Connection, target: Target) -> None:
    """In a transaction: makes the tables, or brings those of an older version forward."""
    version = _version(connection, target)
    if version == VERSION:
        return
    transaction = Statements(connection)
    if version == 0:
        if not transaction.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", (target.schema,)).fetchone():
            connection.execute(names.SQL("CREATE SCHEMA {}").format(names.Identifier(target.schema)))
        transaction.execute("CREATE TABLE gatepost_store (version INTEGER NOT NULL)")
        transaction.execute("INSERT INTO gatepost_store (version) VALUES (0)")
    for statement in ddl(POSTGRESQL) if version == 0 else steps(POSTGRESQL, version):
        transaction.execute(statement)
    transaction.execute(FOUND, (token_hex(8),))
    transaction.execute("UPDATE gatepost_store SET version = ?", (VERSION,))


def _version(connection: psycopg.Connection, target: Target) -> int:
    """Of the store in this schema, 0 where there is none yet."""
    named = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
    tables = {table for [table] in connection.execute(named, (target.schema,)).fetchall()}
    if not tables:
        return 0
    if "gatepost_store" not in tables:
        raise StoreError(
            f"store {target.shown}: schema {target.schema} has tables of another program; name another by schema="
        )
    [[version]] = connection.execute("SELECT version FROM gatepost_store").fetchall()
    if version > VERSION:
        raise StoreError(
            f"store {target.shown} was written by a newer gatepost (store version {version}, this one reads "
            f"{VERSION}); install the newer gatepost"
        )
    return int(version)

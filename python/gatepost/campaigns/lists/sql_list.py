"""What a query brings as a list of recipients: of any database that SQLAlchemy knows, or over a DB-API connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from ...errors import InputError
from ...shown import shown
from .frames import Table


def query_rows(source: Any, query: str, wanted: str | None) -> Table:
    """The rows of `query`. `source`: a URL of SQLAlchemy, an engine or connection of it, or a DB-API connection.
    InputError where the database refuses, or the query brings no rows to read."""
    if isinstance(source, str):
        source = _engine(source)
    if hasattr(source, "exec_driver_sql") or hasattr(source, "connect"):
        return _over_sqlalchemy(source, query, wanted)
    if not hasattr(source, "cursor"):
        raise InputError(
            "query= takes its rows from a URL of SQLAlchemy ('postgresql://...'), an engine of it or a DB-API "
            f"connection, not from {type(source).__name__}"
        )
    cursor = source.cursor()
    name = f"query over {type(source).__module__.partition('.')[0]}"
    _told(name, lambda: cursor.execute(query))
    columns = [column[0] for column in cursor.description or ()]
    return _table(name, columns, cursor.fetchmany, cursor.close, wanted)


def _engine(url: str) -> Any:
    try:
        import sqlalchemy
    except ImportError:
        raise InputError(
            "a query by URL needs the extra 'sql': pip install 'gatepost[sql]'; a DB-API connection needs none"
        ) from None
    try:
        return sqlalchemy.create_engine(url)
    except ImportError as error:
        raise InputError(f"recipients: the driver for this database is not installed ({error})") from None
    except sqlalchemy.exc.SQLAlchemyError:  # its words may hold the password
        raise InputError(
            "recipients: not a URL of a database that SQLAlchemy knows; it looks like "
            "'postgresql+psycopg://user:password@host/name'"
        ) from None


def _over_sqlalchemy(source: Any, query: str, wanted: str | None) -> Table:
    engine = source if hasattr(source, "url") else source.engine
    name = f"query on {engine.url.render_as_string(hide_password=True)}"
    own = not hasattr(source, "exec_driver_sql")
    connection = _told(name, source.connect) if own else source

    def close() -> None:
        if own:
            connection.close()  # nothing that the query did is kept
            engine.dispose()

    try:
        streamed = connection.execution_options(stream_results=True)
        result = _told(name, lambda: streamed.exec_driver_sql(query))
        columns = list(result.keys()) if result.returns_rows else []
        return _table(name, columns, result.fetchmany, close, wanted)
    except BaseException:
        close()
        raise


def _table(
    name: str, columns: Sequence[str], fetch: Callable[[int], Sequence[Any]], close: Callable[[], None],
    wanted: str | None,
) -> Table:  # fmt: skip
    if not columns:
        raise InputError(f"{name}: the query brings no rows to read; a list takes a SELECT")
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{name}: two columns are named {twice!r}; name one of them with AS")

    def parts(rows: int) -> Iterator[list[Any]]:
        try:
            while some := _told(name, lambda: fetch(rows)):
                yield list(zip(*some, strict=True))
        finally:
            with suppress(Exception):  # what was read was read
                close()

    return Table(name, columns, parts, {"format": "SQL query"}, wanted)


def _told(name: str, call: Callable[[], Any]) -> Any:
    """What the call returns; drivers have exceptions of their own, of no common kind."""
    try:
        return call()
    except Exception as error:
        words = shown(str(getattr(error, "orig", None) or error).strip())
        raise InputError(f"{name}: {words or type(error).__name__}") from None

"""The JSON queries of a Sendsay gate ("the last 100 errors"), answered from history.

    {"action": "stat.uni",
     "filter": [{"a": "delivstream.status", "op": "==", "v": "bounced"}],
     "select": ["delivstream.to", "delivstream.dt", "delivstream.msg"],
     "first": 100,
     "order": ["-delivstream.dt"]}

Names that a query may use are those of `NAMES`. `op` is one of == != > >= < <= and ~ (contains, whatever the case).
`delivstream.status` is accepted, bounced (refused), retrying or unknown. `delivstream.source` is always "1": what is
recorded here was sent over SMTP. A `-` before a name in `order` means descending.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from .. import arguments
from ..errors import InputError
from .replies import whole_reply
from .times import to_unix

NAMES = {
    "delivstream.to": "recipient",
    "delivstream.dt": "at",
    "delivstream.msg": "msg",
    "delivstream.status": "status",
    "delivstream.source": "source",
    "delivstream.code": "code",
    "delivstream.enhanced": "enhanced",
    "delivstream.category": "category",
    "delivstream.phase": "phase",
    "delivstream.domain": "domain",
    "delivstream.account": "account",
    "delivstream.queue_id": "queue_id",
    "delivstream.message_id": "message_id",
    "delivstream.size": "bytes",
    "delivstream.seconds": "seconds",
    "issue.name": "campaign",
}
"""Names of the query language and the columns of history that answer them. `msg` is the whole reply, code included."""

COLUMNS = (*(column for column in NAMES.values() if column not in ("msg", "source")), "reply")
"""The columns of attempts that an answer needs."""

_OPERATORS: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "==": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    "~": lambda column, value: column.cast(pl.String).str.to_lowercase().str.contains(str(value).lower(), literal=True),
}
_KEYS = ("action", "filter", "select", "first", "order")
_STATUS_IN = {"refused": "bounced", "delivered": "accepted"}


def parse(query: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """The query as a mapping, its keys checked. InputError names what is wrong."""
    if isinstance(query, str):
        try:
            query = json.loads(arguments.text("query", query))
        except json.JSONDecodeError as error:
            raise InputError(f"query is not JSON: {error}") from None
        except RecursionError:
            raise InputError("query is nested too deeply") from None
    if not isinstance(query, Mapping):
        raise arguments.refuse("query", "a JSON object", query)
    for key in query:
        arguments.one_of(*_KEYS)("query: a key", key)
    if query.get("action") != "stat.uni":
        raise arguments.refuse("query: action", "'stat.uni'", query.get("action"))
    return query


def answer(query: Mapping[str, Any], attempts: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """The rows that a checked query asks for; columns under the names of the query. InputError names what is wrong."""
    frame = _as_stream(attempts)
    for number, condition in enumerate(_list(query, "filter"), 1):
        frame = frame.filter(_condition(condition, f"filter {number}", zone))
    if order := [arguments.text("query: order", name) for name in _list(query, "order")]:
        columns = [_column(name.removeprefix("-"), "order") for name in order]
        frame = frame.sort(columns, descending=[name.startswith("-") for name in order], maintain_order=True)
    if (first := query.get("first")) is not None:
        frame = frame.head(arguments.whole_number(0, 2**63 - 1)("query: first", first))
    names = list(dict.fromkeys(arguments.text("query: select", name) for name in _list(query, "select"))) or list(NAMES)
    return frame.select(pl.col(_column(name, "select")).alias(name) for name in names)


def _as_stream(attempts: pl.DataFrame) -> pl.DataFrame:
    return attempts.with_columns(
        whole_reply().alias("msg"),
        pl.col("status").replace({"refused": "bounced"}),
        pl.lit("1").alias("source"),
    )


def _list(query: Mapping[str, Any], key: str) -> list[Any]:
    value = query.get(key, [])
    if not isinstance(value, list | tuple):
        raise arguments.refuse(f"query: {key}", "a list", value)
    return list(value)


def _column(name: object, where: str) -> str:
    return NAMES[arguments.one_of(*NAMES)(f"query: a name in {where}", name)]


def _condition(condition: object, where: str, zone: ZoneInfo) -> pl.Expr:
    if not isinstance(condition, Mapping) or set(condition) != {"a", "op", "v"}:
        raise InputError(f'query: {where} must be {{"a": name, "op": operator, "v": value}}')
    column, value = _column(condition["a"], where), condition["v"]
    operator = arguments.one_of(*_OPERATORS)(f"query: op in {where}", condition["op"])
    if operator == "~":
        return _OPERATORS[operator](pl.col(column), _as_text(where, value))
    return _OPERATORS[operator](*_operands(column, value, where, zone))


def _as_text(where: str, value: object) -> str:
    if not isinstance(value, str | int | float):
        raise arguments.refuse(f"query: v in {where}", "a text or a number", value)
    try:
        return arguments.text(f"query: v in {where}", str(value))
    except InputError:
        raise
    except ValueError:  # a number with too many digits
        raise arguments.refuse(f"query: v in {where}", "a text or a number", value) from None


def _operands(column: str, value: object, where: str, zone: ZoneInfo) -> tuple[pl.Expr, Any]:
    name = f"query: v in {where}"
    if column == "at":
        if not isinstance(value, str | int | float):
            raise arguments.refuse(name, "a time", value)
        return pl.col(column).dt.epoch("us") / 1e6, to_unix(name, value, zone)
    text = _as_text(where, value)
    if column in ("code", "bytes", "seconds"):
        try:
            return pl.col(column), float(text)
        except ValueError:
            raise arguments.refuse(name, "a number", value) from None
    return pl.col(column), _STATUS_IN.get(text, text) if column == "status" else text

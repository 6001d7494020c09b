"""What every part of a store stands on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from ..database import Database
from ..errors import StoreError

_Tables = TypeVar("_Tables", bound="Tables")
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class Tables:
    """Some tables of an open database."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.url = database.url

    def _no_campaign(self, campaign_id: int) -> StoreError:
        return StoreError(f"store {self.url} has no campaign with id {campaign_id}")


def persistent(
    method: Callable[Concatenate[_Tables, _Arguments], _Result],
) -> Callable[Concatenate[_Tables, _Arguments], _Result]:
    """A call of one transaction, which is done again where the database was away for a while. What it takes can be
    read more than once."""

    @wraps(method)
    def again(self: _Tables, /, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        return self._db.persist(lambda: method(self, *args, **kwargs))

    return again

"""`History.plot`: pictures of any selection of attempts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict, Unpack
from zoneinfo import ZoneInfo

import polars as pl

from ..store import Store
from .attempt_filter import AttemptFilter
from .times import Moment

if TYPE_CHECKING:
    from .chart import Chart


class Filters(TypedDict, total=False):
    """Which attempts: as in `History.stats`."""

    since: Moment | None
    until: Moment | None
    account: str | None
    campaign: str | None


class Plots:
    """Each method takes since, until, account and campaign, and returns a matplotlib Figure that shows in Jupyter."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store = store
        self._zone = zone

    def timeline(self, **filters: Unpack[Filters]) -> Chart:
        """Attempts over time, by outcome."""
        from . import plots  # brings matplotlib, which those who only record do not need

        return plots.timeline(self._attempts(("at", "status"), filters), self._zone)

    def domains(self, **filters: Unpack[Filters]) -> Chart:
        """The domains that most attempts went to, by outcome, with the share accepted."""
        from . import plots

        return plots.domains(self._attempts(("domain", "status", "seconds"), filters))

    def categories(self, **filters: Unpack[Filters]) -> Chart:
        """Why servers said no: attempts that were refused, put off or left in doubt, by category."""
        from . import plots

        return plots.categories(self._attempts(("category", "status", "seconds"), filters))

    def delays(self, **filters: Unpack[Filters]) -> Chart:
        """How long the servers took, from hand-over to verdict, with median and 95th percentile."""
        from . import plots

        return plots.delays(self._attempts(("seconds",), filters))

    def _attempts(self, columns: Sequence[str], filters: Filters) -> pl.DataFrame:
        if unknown := set(filters) - set(Filters.__annotations__):
            raise TypeError(f"a plot takes {', '.join(Filters.__annotations__)}, not {min(unknown)!r}")
        return AttemptFilter.of(self._zone, **filters).counted(self._store, columns)

    def __repr__(self) -> str:
        return "<plots: timeline(), domains(), categories(), delays()>"

"""Some recipients of a campaign, to look at or to send to again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from ..history.table import Table
from ..store import Status, Store
from .outcome_rows import outcome_rows


class Selection:
    """Recipients with certain states (and categories), last tried at a time (Unix seconds) or later."""

    def __init__(
        self,
        store: Store,
        campaign_id: int,
        name: str,
        statuses: Sequence[Status],
        categories: Sequence[str],
        since: float = 0.0,
    ) -> None:
        self._store, self._id, self._name = store, campaign_id, name
        self._statuses, self._categories, self._since = list(statuses), list(categories), since

    def results(self) -> Table:
        """Their rows of `Campaign.results()`."""
        frame = outcome_rows(self._store, self._id, statuses=self._statuses)
        if self._categories:
            frame = frame.filter(pl.col("category").is_in(self._categories))
        if self._since:
            frame = frame.filter(pl.col("last_at").dt.epoch("us") >= round(self._since * 1e6))
        return Table(frame, f"{self._name}: {' and '.join(self._statuses)}")

    def resend(self) -> int:
        """Puts them back into the queue; `run()` then sends to them. Returns how many.

        Addresses that a refusal put on the suppression list stay out until they are removed from it.
        """
        moved = self._store.requeue(self._id, self._statuses, self._categories, self._since)
        if moved:
            self._store.set_state(self._id, "paused", only_from=("new", "done", "cancelled"))
        return moved

    def __len__(self) -> int:
        return len(self.results())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.results())

    def __repr__(self) -> str:
        return repr(self.results())

    def _repr_html_(self) -> str:
        return self.results()._repr_html_()

"""A dry run's findings as people see them."""

from __future__ import annotations

from ..shown import shown
from .check_facts import CheckFacts
from .check_words import as_html, as_text


class CheckReport(CheckFacts):
    """What `check()` found. Nothing was sent. Rows are those of the list."""

    def __str__(self) -> str:
        return shown(as_text(self))

    def __repr__(self) -> str:
        bad = len(self.bad) + len(self.unrenderable)
        return f"<CheckReport {self.name}: {self.to_send:,} of {self.total:,} rows can be sent, {bad:,} are bad>"

    def _repr_html_(self) -> str:
        return as_html(self)

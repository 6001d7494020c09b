"""What was sent and what became of it, read from a store: tables, statistics, plots, the report."""

from .history import History
from .table import Table

__all__ = ["History", "Table"]

"""What is written down of an account's sessions, and when that is begun anew."""

from __future__ import annotations

from dataclasses import dataclass

from ..arguments import one_of, patience
from ..options import Options, check_fields

LEVELS = ("off", "client", "client and server", "connection", "low-level")
AGES = {"day": 86_400.0, "week": 7 * 86_400.0, "month": 30 * 86_400.0, "year": 365 * 86_400.0, "never": float("inf")}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LogOptions(Options):
    """The log file of an account. Secrets never stand in it.

    Raises InputError for a wrong type or value.

    Args:
        level: How much is written: "off", "client" (what we say), "client and server" (and what the server answers),
            "connection" (and where to, how encrypted, who logged in, how large the letter was) or "low-level" (and how
            long each step took, the server's certificate and extensions). Default: "client and server".
        rewrite: Age at which the file is begun anew: "day", "week", "month", "year" or "never". Default: "day".
        max_mb: Size in megabytes at which it is begun anew; 0: whatever its size. Default: 10.
    """

    level: str = "client and server"
    rewrite: str = "day"
    max_mb: float = 10

    def __post_init__(self) -> None:
        check_fields(self, "log", {"level": one_of(*LEVELS), "rewrite": one_of(*AGES), "max_mb": patience})

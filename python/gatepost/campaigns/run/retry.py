"""When a temporary refusal is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from ... import _core
from ...arguments import Check, check_all, line, number, optional, patience, refuse, unix_seconds, whole_number


def _factor(name: str, value: object) -> None:
    if number(name, value) < 1:
        raise refuse(name, "a number of 1 or more", value)


_CHECKS: dict[str, Check] = {
    "max_attempts": whole_number(1),
    "max_age": patience,
    "factor": _factor,
    "max_delay": patience,
    "first_delay": optional(patience),
}


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential waits: the server's own hint where it names a time, else the category's first delay, then `factor` x.

    Time spent waiting for an account does not count. `max_age` is also how long a run waits for a server that cannot
    be reached.

    Args:
        max_attempts: Number of tries after which the recipient is `expired`. Default: 5.
        max_age: Seconds of waits in all after which the recipient is `expired`. Default: 72 hours.
        factor: Factor by which a wait is longer than the one before, 1 or more. Default: 3.
        max_delay: Longest wait in seconds. Default: 24 hours.
        first_delay: First wait in seconds. Default: that of the category (`docs/errors.md`).

    Raises:
        InputError: An argument has a wrong type or value; the message names it.
    """

    max_attempts: int = 5
    max_age: float = 72 * 3600.0
    factor: float = 3.0
    max_delay: float = 24 * 3600.0
    first_delay: float | None = None

    def __post_init__(self) -> None:
        check_all(_CHECKS, {name: getattr(self, name) for name in _CHECKS})

    def next_at(self, attempts: int, now: float, category: str, retry_after: float) -> float | None:
        """When to try again after the `attempts`-th try failed at `now`; None: give up. Times are Unix seconds.

        `retry_after`: the wait in seconds that the server named; 0: none. A recipient that was put back by hand after
        the last try starts over.
        """
        whole_number(0)("attempts", attempts)
        unix_seconds("now", now)
        line("category", category)
        patience("retry_after", retry_after)
        tried = (attempts - 1) % self.max_attempts + 1
        if tried == self.max_attempts:
            return None
        base = self.first_delay if self.first_delay is not None else (usual_delay(category) or 300.0)
        waits = []
        for _ in range(tried):
            waits.append(min(base, self.max_delay))
            base *= self.factor
        if retry_after > 0:
            waits[-1] = retry_after
        return now + waits[-1] if sum(waits) <= self.max_age else None

    def _named_wait(self, failure: _core.RawFailure) -> float:
        """Seconds until another try, where the server named them, or a rule knows them of such servers and this policy
        has no `first_delay`; else 0."""
        of_a_rule = self.first_delay is None and failure.retry_after != usual_delay(failure.category)
        return float(failure.retry_after) if failure.retry_after_named or of_a_rule else 0.0

    def _first_wait(self, failure: _core.RawFailure, usual: float | None = None) -> float:
        """Seconds after a first failure: the server's, this policy's, or `usual` (default: the category's)."""
        if wait := self._named_wait(failure):
            return wait
        return self.first_delay if self.first_delay is not None else float(usual or failure.retry_after)

    def to_spec(self) -> dict[str, Any]:
        """As the campaign's spec keeps it."""
        return asdict(self)


@cache
def usual_delay(category: str) -> float:
    """The first delay that the table of categories gives, in seconds; 0 where it gives none."""
    try:
        return float(_core.category_info(category)["retry_after"] or 0)
    except (KeyError, ValueError):
        return 0.0

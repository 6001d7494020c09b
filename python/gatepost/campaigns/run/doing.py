"""What a worker is doing, as it writes it down for those who ask in other processes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from ..words import moment

MOST_HOLDS = 50
"""That are written down at once."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that letters wait for. Times are Unix seconds.

    `kind`: "limit" (of an account), "server" (an account's is away), "account" (its server pauses it, or it stopped),
    "domain" (of recipients), "start" (of the campaign).
    """

    kind: str
    name: str  # of the account or the domain
    why: str
    since: float | None = None
    until: float | None = None

    def __str__(self) -> str:
        whose = f"{self.kind} {self.name}" if self.kind == "domain" else f"account {self.name}"
        since = f" since {moment(self.since)}" if self.since is not None else ""
        when = moment(self.until) if self.until is not None else "a time that is not known yet"
        match self.kind:
            case "limit":
                return f"{whose} waits: {self.why}; the next letter may go at {when}"
            case "server":
                return f"{whose}: its server is away{since} ({self.why}); next try at {when}"
            case "account" if self.until is None:
                return f"{whose} stopped: {self.why}"
            case "start":
                return f"It starts at {when}; nobody gets a letter before."
            case _:
                return f"{whose} waits until {when}: {self.why}"


@dataclass(frozen=True, slots=True)
class Doing:
    """Of one worker. `accounts`: each with its limits as (most letters, seconds); `rate`: recipients a second that get
    their final state while letters are under way, 0 where nobody knows yet."""

    holds: tuple[Hold, ...] = ()
    accounts: dict[str, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    rate: float = 0.0

    def same_holds(self, other: Doing | None) -> bool:
        """Whether the same things hold it, whenever they end."""
        return other is not None and _what(self.holds) == _what(other.holds)

    def to_json(self) -> str:
        """As the store keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_doing(text: str) -> Doing:
    """What `to_json` wrote; nothing where nothing was written."""
    if not text:
        return Doing()
    data = json.loads(text)
    accounts = {name: tuple((most, window) for most, window in limits) for name, limits in data["accounts"].items()}
    return Doing(tuple(Hold(**one) for one in data["holds"]), accounts, data["rate"])


def together(all_of_them: Sequence[Doing]) -> Doing:
    """What several workers do: each hold once, as long as the last of them waits."""
    holds: dict[tuple[str, str], Hold] = {}
    for one in (hold for doing in all_of_them for hold in doing.holds):
        known = holds.get((one.kind, one.name))
        if known is None or (one.until or 0.0) > (known.until or 0.0):
            holds[one.kind, one.name] = one
    accounts = {name: limits for doing in all_of_them for name, limits in doing.accounts.items()}
    return Doing(tuple(holds.values()), accounts, sum(doing.rate for doing in all_of_them))


def _what(holds: Iterable[Hold]) -> set[tuple[str, str, str]]:
    return {(one.kind, one.name, one.why) for one in holds}

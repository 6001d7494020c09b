"""The brake on mass refusals: a server in trouble says "no such user" to everybody, and no list is burnt on it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MOST_REFUSED = 0.5  # the share of refusals above which a run pauses
_WINDOW = 200  # verdicts that are looked back on
_EVIDENCE = 100  # verdicts before anything is said of all of them
_WINDOW_OF_DOMAIN, _EVIDENCE_OF_DOMAIN, _EVIDENCE_AGAIN = 100, 50, 10
_SHARE_OF_DOMAIN = 0.8
_HOLD = 3600.0  # seconds that a provider is let alone at first; twice as long each time
_FEW = 20  # refusals that are no storm


@dataclass(slots=True)
class _Domain:
    """The recipients of one domain."""

    recent: deque[bool] = field(default_factory=lambda: deque(maxlen=_WINDOW_OF_DOMAIN))  # True: refused for good
    held_until: float = 0.0
    holds: int = 0

    @property
    def refuses_most(self) -> bool:
        return sum(self.recent) >= _SHARE_OF_DOMAIN * len(self.recent)

    @property
    def is_bad(self) -> bool:
        return self.refuses_most and len(self.recent) >= (_EVIDENCE_AGAIN if self.holds else _EVIDENCE_OF_DOMAIN)


@dataclass(frozen=True, slots=True)
class _Doubted:
    """A refusal that puts an address on the suppression list, unless it is one of a storm."""

    address: str
    domain: str
    category: str
    verdicts: int  # up to this one


class Brake:
    """Watches the share of recipients that were refused for good: of the last 200, and of each domain's last 100."""

    def __init__(self, most: float | None) -> None:
        """`most`: the share of refusals above which the run pauses; None: it never does."""
        self._most = most
        self._recent: deque[float] = deque(maxlen=_WINDOW)  # when refused for good; 0: accepted
        self._domains: dict[str, _Domain] = {}
        self._doubted: deque[_Doubted] = deque()
        self._at_the_end: list[_Doubted] = []  # of domains that refused everybody so far, who may be few
        self._verdicts = self._refused = 0
        self.since: float | None = None  # when the storm began that stops the run
        self.withheld: list[tuple[str, str]] = []  # address and category: refused in a storm

    def accepted(self, domain: str, count: int) -> None:
        """Recipients of this domain were taken."""
        self._verdicts += count
        self._recent.extend([0.0] * min(count, _WINDOW))
        self._domain(domain).recent.extend([False] * min(count, _WINDOW_OF_DOMAIN))

    def refused(self, domain: str, at: float) -> None:
        """A recipient was refused for good."""
        self._verdicts += 1
        self._refused += 1
        self._recent.append(at)
        self._domain(domain).recent.append(True)

    def objection(self) -> str:
        """Why the run should pause, or ""."""
        bad = [at for at in self._recent if at]
        if self._most is None or len(self._recent) < _EVIDENCE or len(bad) <= self._most * len(self._recent):
            return ""
        self.since = min(bad) if self.since is None else self.since
        return f"{len(bad)} of the last {len(self._recent)} recipients were refused for good"

    def held_until(self, domain: str, now: float) -> float:
        """Until when a provider that refuses nearly everybody is let alone; 0: it is not."""
        one = self._domains.get(domain)
        if one is None or self._most is None:
            return 0.0
        if one.held_until <= now and one.is_bad:
            one.held_until = now + _HOLD * 2**one.holds
            one.holds += 1
            one.recent.clear()
        return one.held_until if one.held_until > now else 0.0

    def suppress(self, address: str, domain: str, category: str) -> None:
        """Nobody should write there again, if this refusal is not one of a storm."""
        self._doubted.append(_Doubted(address, domain, category, self._verdicts))

    def confirmed(self, at_the_end: bool = False) -> list[tuple[str, str]]:
        """Addresses, with their categories, whose refusal was followed by so many verdicts that it is no storm's."""
        due: list[_Doubted] = []
        while self._doubted and (at_the_end or self._verdicts - self._doubted[0].verdicts >= _EVIDENCE):
            one = self._doubted.popleft()
            (self._at_the_end if self._domain(one.domain).refuses_most else due).append(one)
        if at_the_end:
            due += self._at_the_end
            self._at_the_end = []
        found: list[tuple[str, str]] = []
        for one in due:
            (self.withheld if self._in_a_storm(one.domain) else found).append((one.address, one.category))
        return found

    def _in_a_storm(self, domain: str) -> bool:
        one = self._domain(domain)
        most = self._refused > _FEW and 2 * self._refused > self._verdicts
        return self.since is not None or most or one.holds > 0 or one.is_bad

    def _domain(self, domain: str) -> _Domain:
        found = self._domains.get(domain)
        if found is None:
            found = self._domains[domain] = _Domain()
        return found

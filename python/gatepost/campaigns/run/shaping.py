"""One slow provider holds back its own recipients only: who says "too fast" gets less, the others go on."""

from __future__ import annotations

from dataclasses import dataclass

from ... import _core
from ...store import Settled, Status

_IN_A_ROW = 3  # such replies of one domain, with nothing accepted there between, make a hold
_DOMAINS = 3  # domains in a row that say it to one account speak of the account
_FIRST, _LONGEST = 30.0, 3600.0  # seconds; twice as long with each hold that did not help
_PROBES = 5  # letters that try a domain after a hold
_TOO_FAST = frozenset({"rate_limited", "too_many_connections", "service_unavailable", "recipient_rate_limited"})
_OF_A_RECIPIENT = ("rcpt", "data", "final")


@dataclass(slots=True)
class _Domain:
    """Recipients of one domain. Times are Unix seconds."""

    since: float  # when the first "too fast" came, after something was accepted
    replies: int = 0  # "too fast", since then
    holds: int = 0  # since something was accepted
    held_until: float = 0.0
    probes: int = 0  # that may still go; counted where there was a hold
    probed_at: float = 0.0  # when the last of them went


class Shaper:
    """What domains of recipients said of our pace, and when they may be written to again."""

    def __init__(self, max_age: float) -> None:
        """`max_age`: seconds for which a domain's pace costs its recipients no try."""
        self._max_age = max_age
        self._domains: dict[str, _Domain] = {}
        self._in_a_row: dict[int, set[str]] = {}  # by account: the domains that said it since it sent something

    def accepted(self, account: int, domain: str) -> None:
        """A letter was taken."""
        self._in_a_row.pop(account, None)
        self._domains.pop(domain, None)

    def is_of_domain(self, account: int, domain: str, failure: _core.RawFailure, now: float, named: float) -> bool:
        """Notes a failure; whether it speaks of this domain's pace, and not of the account. `named`: seconds to wait
        that the server named, or 0."""
        if failure.category not in _TOO_FAST or failure.phase not in _OF_A_RECIPIENT or failure.code == 421:
            self._domains.pop(domain, None)  # whatever it is, it is no longer our pace
            return False
        said = self._in_a_row.setdefault(account, set())
        said.add(domain)
        if len(said) >= _DOMAINS:
            self._domains.pop(domain, None)
            return False
        one = self._domains.setdefault(domain, _Domain(now))
        one.replies += 1
        if one.replies >= _IN_A_ROW and one.held_until <= now:
            wait = named or min(_LONGEST, _FIRST * 2**one.holds)
            one.held_until = now + wait
            one.holds += 1
            one.probes = _PROBES
        return True

    def put_off(self, settled: Settled, domain: str, now: float) -> Settled:
        """A recipient whose domain wants less: not one of the tries that it has, which are for its own troubles."""
        one = self._domains[domain]
        if now - one.since > self._max_age:
            return settled
        next_at = max(one.held_until, now + _FIRST)
        return settled._replace(status=Status.RETRYING, next_at=next_at, counts=False)

    def held_until(self, domain: str, now: float) -> float:
        """Until when a recipient of this domain waits; 0: the letter may go."""
        one = self._domains.get(domain)
        if one is None or not one.holds:
            return 0.0
        if one.held_until > now:
            return one.held_until
        if not one.probes and now - one.probed_at >= _FIRST:
            one.probes = _PROBES  # those before never came to an answer
        if one.probes:
            one.probes -= 1
            one.probed_at = now
            return 0.0
        return now + 1.0  # what the others bring is not known yet

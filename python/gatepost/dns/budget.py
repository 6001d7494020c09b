"""A bound on what one look at strangers' records may cost, and no question asked twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from .resolver import Resolver, Service, TemporaryDnsError

_Answer = TypeVar("_Answer")


class BudgetedResolver:
    """Asks another resolver until the budget is used up; every question from then on is a TemporaryDnsError.

    `questions`: how many; one that was asked before is answered from memory. `answer_bytes`: of all answers together.
    `seconds`: from now on; a question that has begun may still take its own time.
    """

    def __init__(
        self, resolver: Resolver, *, questions: int, answer_bytes: int = 1 << 20, seconds: float = 30.0
    ) -> None:
        self._resolver = resolver
        self._questions = questions
        self._bytes = answer_bytes
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._known: dict[tuple[str, str], object] = {}

    def txt(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask("TXT", name, self._resolver.txt)

    def mx(self, name: str) -> list[tuple[int, str]]:
        """See Resolver."""
        return self._ask("MX", name, self._resolver.mx)

    def a(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask("A", name, self._resolver.a)

    def aaaa(self, name: str) -> list[str]:
        """See Resolver."""
        return self._ask("AAAA", name, self._resolver.aaaa)

    def ptr(self, address: str) -> list[str]:
        """See Resolver."""
        return self._ask("PTR", address, self._resolver.ptr)

    def srv(self, name: str) -> list[Service]:
        """See Resolver."""
        return self._ask("SRV", name, self._resolver.srv)

    def exists(self, name: str) -> bool:
        """See Resolver."""
        return self._ask("existence", name, self._resolver.exists)

    def _ask(self, kind: str, name: str, ask: Callable[[str], _Answer]) -> _Answer:
        key = (kind, name.lower().rstrip("."))
        if key in self._known:
            known = self._known[key]
            if isinstance(known, TemporaryDnsError):
                raise known
            return known  # type: ignore[return-value]  # of this kind of question
        self._check(f"{kind} of {name}")
        self._questions -= 1
        try:
            answer = ask(name)
        except TemporaryDnsError as error:
            self._known[key] = error
            raise
        self._bytes -= sum(len(str(record)) for record in answer) if isinstance(answer, list) else 0
        self._known[key] = answer
        return answer

    def _check(self, question: str) -> None:
        if self._questions <= 0:
            raise TemporaryDnsError(f"{question} is not asked: these records lead to too many questions")
        if self._bytes <= 0:
            raise TemporaryDnsError(f"{question} is not asked: the records so far are too large")
        if time.monotonic() > self._deadline:
            raise TemporaryDnsError(f"{question} is not asked: the answers so far took over {self._seconds:g} s")

"""What became of each test of a suite, and what the table in the repository says should become of it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

Verdict = Literal["passed", "words", "failed", "not_applicable"]
VERDICTS: tuple[Verdict, ...] = ("passed", "words", "failed", "not_applicable")


@dataclass(frozen=True)
class Observed:
    """One test as it went.

    `reached`: gatepost took part; a test that passes without us says nothing. `words`: pairs of (our reply, theirs) of
    the same code where only the text differs.
    """

    test: str
    passed: bool
    reached: bool
    detail: str = ""
    words: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What can be said without the table: it alone tells a failure from a test that cannot apply."""
        if not self.reached:
            return "not_applicable"
        if not self.passed:
            return "failed"
        return "words" if self.words else "passed"


@dataclass(frozen=True)
class Expectation:
    """Tests that do not pass, by name or glob, and why. `says` stands in the words of each one's failure."""

    outcome: Verdict
    reason: str
    tests: tuple[str, ...]
    says: str = ""

    def matching(self, test: str) -> list[str]:
        """Those of `tests` that name it. Brackets are only themselves: parametrised tests carry them."""
        return [each for each in self.tests if each == test or ("*" in each and fnmatchcase(test, _escape(each)))]

    def agrees(self, seen: Observed) -> bool:
        """Whether it went as the table says."""
        if self.says not in seen.detail:
            return False
        match self.outcome:
            case "not_applicable":
                return seen.verdict in ("not_applicable", "failed")
            case "words" if self.says:  # a test that spells the reply out fails on it
                return seen.verdict in ("words", "failed")
            case _:
                return seen.verdict == self.outcome


def _escape(pattern: str) -> str:
    return pattern.replace("[", "[[]")


def read_expectations(path: Path) -> list[Expectation]:
    """The table of a suite; ValueError where an entry has no reason or an outcome that does not exist."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("expect", [])
    found = [
        Expectation(entry["outcome"], entry["reason"].strip(), tuple(entry["tests"]), entry.get("says", ""))
        for entry in entries
    ]
    for entry in found:
        if entry.outcome not in VERDICTS[1:] or not entry.reason or not entry.tests:
            raise ValueError(f"{path}: {entry}")
        if entry.outcome == "failed" and not entry.says:
            raise ValueError(f"{path}: without `says` any other failure would do as well: {entry}")
    return found


@dataclass(frozen=True)
class Judged:
    """A test with its verdict and, unless it passed, the reason."""

    test: str
    verdict: Verdict
    reason: str = ""
    detail: str = ""


@dataclass
class SuiteReport:
    """All tests of a suite, judged. `surprises` must be empty: what the table does not say, or says wrongly."""

    suite: str
    version: str
    tests: list[Judged] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many by verdict."""
        seen = Counter(judged.verdict for judged in self.tests)
        return {verdict: seen[verdict] for verdict in VERDICTS}


def judge(suite: str, version: str, observed: Iterable[Observed], table: list[Expectation]) -> SuiteReport:
    """Holds what was seen against the table."""
    report = SuiteReport(suite, version)
    used: set[tuple[int, str]] = set()
    for seen in sorted(observed, key=lambda each: each.test):
        matching = [(index, entry) for index, entry in enumerate(table) if entry.matching(seen.test)]
        for index, entry in matching:
            used.update((index, pattern) for pattern in entry.matching(seen.test))
        report.tests.append(_judge_one(seen, [entry for _, entry in matching], report.surprises))
    for index, entry in enumerate(table):
        for pattern in entry.tests:
            if (index, pattern) not in used:
                report.surprises.append(f"{pattern}: listed as {entry.outcome}, but there is no such test")
    return report


def _judge_one(seen: Observed, entries: list[Expectation], surprises: list[str]) -> Judged:
    detail = seen.detail or "; ".join(f"{ours!r} where they say {theirs!r}" for ours, theirs in seen.words)
    if len(entries) > 1:
        surprises.append(f"{seen.test}: listed {len(entries)} times")
    if not entries:
        if seen.verdict != "passed":
            surprises.append(f"{seen.test}: {seen.verdict}, not listed: {detail or 'gatepost took no part in it'}")
        return Judged(seen.test, seen.verdict, "", detail)
    entry = entries[0]
    if not entry.agrees(seen):
        surprises.append(f"{seen.test}: listed as {entry.outcome}, but {seen.verdict}: {detail}")
        return Judged(seen.test, seen.verdict, entry.reason, detail)
    return Judged(seen.test, entry.outcome, entry.reason, detail)

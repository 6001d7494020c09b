"""The judge of the suites: what the table does not say, or says wrongly, is a surprise."""

from __future__ import annotations

from pathlib import Path

import pytest

from suites.outcomes import Expectation, Observed, judge, read_expectations

PASSED = Observed("t::a", passed=True, reached=True)
FAILED = Observed("t::a", passed=False, reached=True, detail="502 is not 500")
UNREACHED = Observed("t::a", passed=True, reached=False)
WORDS = Observed("t::a", passed=True, reached=True, words=(("250 Ok", "250 OK"),))


def surprises(seen: Observed, *table: Expectation) -> list[str]:
    return judge("suite", "1", [seen], list(table)).surprises


@pytest.mark.parametrize(
    ("seen", "entry"),
    [
        (FAILED, Expectation("failed", "why", ("t::a",), "502")),
        (WORDS, Expectation("words", "why", ("t::*",))),
        (FAILED, Expectation("words", "the test spells the reply out", ("t::a",), "502 is not")),
        (UNREACHED, Expectation("not_applicable", "why", ("t::a",))),
        (FAILED, Expectation("not_applicable", "why", ("t::a",))),
    ],
    ids=["failed", "words", "words_spelled_out", "not_reached", "cannot_apply"],
)
def test_listed_as_it_went_is_no_surprise_and_keeps_its_reason(seen: Observed, entry: Expectation) -> None:
    report = judge("suite", "1", [seen], [entry])
    assert report.surprises == []
    assert report.counts[entry.outcome] == 1
    assert report.tests[0].reason == entry.reason


def test_passed_and_unlisted_is_no_surprise() -> None:
    assert surprises(PASSED) == []


@pytest.mark.parametrize("seen", [FAILED, WORDS, UNREACHED], ids=["failed", "words", "not_reached"])
def test_not_passed_and_unlisted_is_a_surprise(seen: Observed) -> None:
    assert len(surprises(seen)) == 1


@pytest.mark.parametrize("outcome", ["words", "failed", "not_applicable"])
def test_listed_and_passed_is_a_surprise(outcome: str) -> None:
    assert len(surprises(PASSED, Expectation(outcome, "why", ("t::a",)))) == 1


def test_failure_with_other_words_than_listed_is_a_surprise() -> None:
    assert len(surprises(FAILED, Expectation("failed", "why", ("t::a",), "timed out"))) == 1


def test_name_that_no_test_has_is_a_surprise() -> None:
    assert surprises(PASSED, Expectation("failed", "why", ("t::b",))) == [
        "t::b: listed as failed, but there is no such test"
    ]


def test_listed_twice_is_a_surprise() -> None:
    twice = (Expectation("failed", "why", ("t::a",)), Expectation("failed", "why else", ("t::*",)))
    assert len(surprises(FAILED, *twice)) == 1


def test_brackets_of_a_parametrised_test_stand_for_themselves() -> None:
    entry = Expectation("failed", "why", ("t::a[1*]",))
    assert entry.matching("t::a[12]")
    assert not entry.matching("t::a1")


@pytest.mark.parametrize(
    "entry",
    [
        'outcome = "passed"\nreason = "x"\ntests = ["t"]',
        'outcome = "failed"\nreason = "x"\ntests = ["t"]',
        'outcome = "failed"\nreason = " "\ntests = ["t"]\nsays = "x"',
        'outcome = "words"\nreason = "x"\ntests = []',
    ],
    ids=["passed", "failed_without_words", "no_reason", "no_tests"],
)
def test_table_entry_that_says_too_little_is_refused(tmp_path: Path, entry: str) -> None:
    table = tmp_path / "expectations.toml"
    table.write_text(f"[[expect]]\n{entry}\n")
    with pytest.raises(ValueError):
        read_expectations(table)

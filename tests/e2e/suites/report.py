"""The results for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from .outcomes import VERDICTS, SuiteReport, Verdict

HEADS: dict[Verdict, str] = {
    "passed": "passed",
    "words": "same code, other words",
    "failed": "failed",
    "not_applicable": "not applicable",
}


def table(reports: Sequence[SuiteReport]) -> str:
    """A line per suite; every number but `passed` has its reasons in the suite's expectations.toml."""
    rows = [["suite", "tests", *HEADS.values(), "surprises"]]
    for report in reports:
        counts = [str(report.counts[verdict]) for verdict in VERDICTS]
        rows.append([f"{report.suite} {report.version}", str(len(report.tests)), *counts, str(len(report.surprises))])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def details(report: SuiteReport) -> str:
    """What did not pass, by reason."""
    by_reason: dict[tuple[Verdict, str], list[str]] = defaultdict(list)
    for judged in report.tests:
        if judged.verdict != "passed":
            by_reason[judged.verdict, judged.reason].append(judged.test)
    lines = [f"{report.suite} {report.version}"]
    for (verdict, reason), tests in sorted(by_reason.items()):
        lines.append(f"  {HEADS[verdict]}: {reason or 'not listed'}")
        lines.extend(f"    {test}" for test in tests)
    return "\n".join(lines)

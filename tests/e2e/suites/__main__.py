"""Runs the suites of others against gatepost: python -m suites [NAME ...] [--json FILE] [--verbose].

Exit status 1 where a test went otherwise than its table says, or, where CI=true, where a suite cannot be had.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from .for_aiosmtpd.suite import SUITE as AIOSMTPD
from .for_cpython.suite import SUITES as CPYTHON
from .for_pyspf.suite import SUITE as RFC7208
from .for_smtp_server.suite import SUITE as SMTP_SERVER
from .outcomes import SuiteReport, judge, read_expectations
from .report import details, table
from .running import Suite, Unavailable

SUITES = {suite.name: suite for suite in (AIOSMTPD, *CPYTHON, RFC7208, SMTP_SERVER)}


def run_suite(suite: Suite) -> SuiteReport:
    """One suite held against its table; Unavailable where it cannot be had."""
    version, observed = suite.run()
    expected = read_expectations(suite.expectations) if suite.expectations is not None else []
    return judge(suite.name, version, observed, expected)


def main() -> int:
    """Runs what was asked for and prints the table."""
    parser = argparse.ArgumentParser(prog="suites", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SUITES)}; none: all")
    parser.add_argument("--json", type=Path, help="where to write every test with its verdict and reason")
    parser.add_argument("--verbose", action="store_true", help="every test that does not pass, by reason")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(SUITES):
        parser.error(f"no suite {sorted(unknown)[0]!r}; there are {', '.join(SUITES)}")

    reports: list[SuiteReport] = []
    missing: list[str] = []
    for name in asked.names or SUITES:
        try:
            reports.append(run_suite(SUITES[name]))
        except Unavailable as error:
            missing.append(f"{name}: not run: {error}")
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps({"suites": [asdict(each) for each in reports], "missing": missing}, indent=1))
    if asked.verbose:
        print("\n".join(details(report) for report in reports))
    print(table(reports))
    surprises = [f"{report.suite}: {surprise}" for report in reports for surprise in report.surprises]
    for line in (*missing, *surprises):
        print(line, file=sys.stderr)
    return 1 if surprises or (missing and os.environ.get("CI") == "true") else 0


if __name__ == "__main__":
    sys.exit(main())

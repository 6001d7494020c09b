"""Checks docs/rfc.md: every RFC that C++ or Python cites has one row there, and every row says what it must.

A row begins with a link to the RFC. It has a verdict ("yes", "partly", "no" or "-") for each side, links to the code
wherever a verdict is yes or partly, and a last cell that says what is missing wherever one is partly or no.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from links import broken_links

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "rfc.md"
ROW = re.compile(r"^\| \[(\d+)\]\(https://www\.rfc-editor\.org/rfc/rfc\1\) \|(.*)\|$", re.MULTILINE)
CITED = re.compile(r"\bRFCs? (\d{3,5})\b")
VERDICTS = {"yes", "partly", "no", "-"}


def cited() -> dict[int, str]:
    """The RFCs named in C++ and Python, each with a place that names it; samples of servers' words do not count."""
    command = ["git", "grep", "--untracked", "-InE", CITED.pattern.replace(r"\d", "[0-9]"), "--"]
    patterns = ["cpp/*.cpp", "cpp/*.hpp", "python/*.py", "python/*.pyi"]
    found: dict[int, str] = {}
    for line in subprocess.run([*command, *patterns], cwd=ROOT, capture_output=True, text=True).stdout.splitlines():
        path, number, text = line.split(":", 2)
        for match in CITED.finditer(text):
            found.setdefault(int(match[1]), f"{path}:{number}")
    return found


def faults_of_row(number: str, row: str) -> Iterator[str]:
    """What one row lacks."""
    cells = [cell.strip() for cell in row.split("|")]
    verdicts = [cell for cell in cells if cell in VERDICTS]
    if not verdicts:
        yield f"RFC {number}: no verdict; one of {', '.join(sorted(VERDICTS))} for each side"
    if {"yes", "partly"} & set(verdicts) and "](../" not in row:
        yield f"RFC {number}: no link to the code"
    if {"partly", "no"} & set(verdicts) and not cells[-1]:
        yield f"RFC {number}: does not say what is missing"


def faults(text: str, named: dict[int, str]) -> Iterator[str]:
    """One line for each fault of the document's text."""
    rows = ROW.findall(text)
    for number, row in rows:
        yield from faults_of_row(number, row)
    numbers = [int(number) for number, _ in rows]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield f"RFC {number}: more than one row"
    for number in sorted(set(named) - set(numbers)):
        yield f"RFC {number}: no row, but {named[number]} cites it"


def main() -> int:
    text = DOCUMENT.read_text()
    found = [*faults(text, cited()), *broken_links(DOCUMENT)]
    print("\n".join(found) if found else f"{len(ROW.findall(text))} RFCs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""Fails where a document links to a file of this repository that is not there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\"")


def broken_links(document: Path) -> list[str]:
    """One line per link of a Markdown file whose target is missing; addresses on the web are not asked."""
    faults = []
    text = re.sub(r"```.*?```", lambda m: "\n" * m[0].count("\n"), document.read_text(), flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        for match in LINK.finditer(line):
            target = unquote((match[1] or match[2]).partition("#")[0])
            if not target or re.match(r"[a-z]+:", target):
                continue
            if not (document.parent / target).exists():
                faults.append(f"{document.relative_to(ROOT)}:{number}: no such file: {target}")
    return faults


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    faults = [fault for name in listed if (ROOT / name).exists() for fault in broken_links(ROOT / name)]
    print("\n".join(faults) if faults else f"{len(listed)} documents")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

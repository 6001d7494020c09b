"""Fails where a document links to a file of this repository that is not there, or that lacks the name it is linked for.

A link whose words are a name in code, [`Lane.submit`](lane.py), stands for that name in that file.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\"")
NAME = re.compile(r"`(?:\w+(?:::|\.))*(\w+)`")


def broken_links(document: Path) -> list[str]:
    """One line per link of a Markdown file whose target is missing; addresses on the web are not asked."""
    faults = []
    text = re.sub(r"```.*?```", lambda m: "\n" * m[0].count("\n"), document.read_text(), flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        for match in LINK.finditer(line):
            words, target = match[1] or "", unquote((match[2] or match[3]).partition("#")[0])
            if not target or re.match(r"[a-z]+:", target):
                continue
            file = document.parent / target
            if not file.exists():
                faults.append(f"{document.relative_to(ROOT)}:{number}: no such file: {target}")
            elif not _has_name(file, words):
                faults.append(f"{document.relative_to(ROOT)}:{number}: {target} has no {words}")
    return faults


def _has_name(file: Path, words: str) -> bool:
    """Whether what a link calls by a name in code is there: the name in the file, or the file itself."""
    name = NAME.fullmatch(words)
    if name is None or not file.is_file() or words.strip("`") in (file.name, file.stem):
        return True
    return re.search(rf"\b{name[1]}\b", file.read_text()) is not None


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

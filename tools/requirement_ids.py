"""Checks that what users read names no requirement by its id: docstrings of public names, and texts in words."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ID = re.compile(r"\b[A-Z]\d{1,2}\b")
WORDS = re.compile(r"[a-z]{3}.* ", re.DOTALL)
KNOWN = {"C0", "C1"}
"""Sets of control characters (ISO/IEC 6429)."""

Public = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def faults(source: str) -> Iterator[tuple[int, str]]:
    """Line and id of each that a reader of the module's public names meets."""
    tree = ast.parse(source)
    hidden = {id(_docstring(node)) for node in ast.walk(tree) if not isinstance(node, Public) or node.name[0] == "_"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in hidden and WORDS.search(str(node.value)):
            yield from ((node.lineno, found) for found in ID.findall(str(node.value)) if found not in KNOWN)


def _docstring(node: ast.AST) -> ast.Constant | None:
    first = (getattr(node, "body", None) or [None])[0] if isinstance(node, ast.Module | Public) else None
    return first.value if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else None


def main() -> int:
    """Exit code 1 with a line for each fault."""
    lines = [
        f"{file.relative_to(ROOT)}:{number}: {found} is the id of a requirement"
        for file in sorted((ROOT / "python").rglob("*.py*"))
        if file.suffix in (".py", ".pyi")
        for number, found in faults(file.read_text())
    ]
    print("\n".join(lines) or "no text names a requirement by its id")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())

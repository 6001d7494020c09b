"""What mypy --strict and pyright in its strict mode say of scripts that use gatepost."""

from __future__ import annotations

import ast
import builtins
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from peers.availability import built, find_program

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).parent / "typecheck"
EXPECTED = re.compile(r"  # ([\w-]+), (\w+)$")
FOLLOWS = re.compile("reportUnknown|reportUnusedImport")  # what pyright says besides of a line with a mistake

# What the README's examples take for given: a line of code for each name.
GIVEN = {
    "gp": "import gatepost as gp",
    "smtplib": "import smtplib",
    "me": 'me = "Иван <ivan@example.com>"',
    "raw": 'raw = b""',
    "frame": 'frame = gp.History("campaigns.db").stats().to_polars()',
    "figure": 'figure = gp.History("campaigns.db").plot.timeline()',
    "own": 'own = ""',
    "key": 'key = ""',
    "fresh_token": 'def fresh_token() -> str: return ""',
    "letter": 'letter = gp.Message.load("a.eml")',
    "letters": 'letters = [gp.Message.load("a.eml")]',
    "mailer": 'mailer = gp.Mailer(gp.Account("smtp://127.0.0.1"))',
    "first": 'first = gp.Account("smtp://127.0.0.1")',
    "second": 'second = gp.Account("smtp://127.0.0.1")',
    "Shop": (
        "class Shop:\n"
        "    smtp_url: str\n"
        "    def send_invoice(self, to: str) -> None: ...\n"
        "    def run_retries(self) -> None: ..."
    ),
}

Found = set[tuple[str, int, str]]  # file, line, kind


def mypy(folder: Path) -> Found:
    """What mypy --strict reports of the scripts in a folder."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--output=json"]
    cache = f"--cache-dir={ROOT / 'build' / 'typecheck'}"
    ran = subprocess.run(
        [*command, cache, *sorted(one.name for one in folder.glob("*.py"))],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(ROOT / "python")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode in (0, 1), ran.stderr
    reports = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    return {(one["file"], one["line"], one["code"]) for one in reports if one["severity"] == "error"}


def pyright(folder: Path) -> Found:
    """What pyright reports in its strict mode of the scripts in a folder."""
    program = built("pyright") / "node_modules" / "pyright" / "index.js"
    # Examples show a value by naming it, as notebooks do.
    config = {"typeCheckingMode": "strict", "reportUnusedExpression": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    ran = subprocess.run(
        [find_program("node"), program, "--outputjson", "--pythonpath", sys.executable],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "python")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode in (0, 1), ran.stderr + ran.stdout
    reports = json.loads(ran.stdout)["generalDiagnostics"]
    found = {
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1, one.get("rule", one["message"]))
        for one in reports
        if one["severity"] in ("error", "warning")
    }
    wrong = {(file, line) for file, line, kind in found if not FOLLOWS.match(kind)}
    return {(file, line, kind) for file, line, kind in found if not (FOLLOWS.match(kind) and (file, line) in wrong)}


CHECKERS = pytest.mark.parametrize("checker", [mypy, pyright], ids=["mypy", "pyright"])
Checker = Callable[[Path], Found]


def names(tree: ast.AST) -> tuple[set[str], set[str]]:
    """The names that a script uses, and those that it defines."""
    used, defined = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.arg):
            defined.add(node.arg)
        elif isinstance(node, ast.alias):
            defined.add(node.asname or node.name)
    return used, defined


def with_given(example: str) -> str:
    """An example as a script: what it takes for given stands before it."""
    used, defined = names(ast.parse(example))
    missing = used - defined - set(dir(builtins))
    assert missing <= GIVEN.keys(), f"an example takes {missing - GIVEN.keys()} for given: say in GIVEN what it is"
    for name in tuple(missing):
        missing |= names(ast.parse(GIVEN[name]))[0] - defined - set(dir(builtins))
    return "\n".join([*(line for name, line in GIVEN.items() if name in missing), example])


def readme_examples() -> Iterator[str]:
    """The python blocks of the README; of those with prompts, what is typed behind them."""
    for block in re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL):
        if block.startswith(">>> "):
            block = "".join(f"{line[4:]}\n" for line in block.splitlines() if line.startswith(">>> "))
        yield block


def notebook_code(path: Path) -> str:
    """All code cells of a notebook, one after the other."""
    cells = json.loads(path.read_text())["cells"]
    return "\n".join("".join(cell["source"]) + "\n" for cell in cells if cell["cell_type"] == "code")


def in_words(found: Found, folder: Path) -> list[str]:
    """Each report with the line that it is about, for the eye."""
    lines = {name: (folder / name).read_text().splitlines() for name in {file for file, _, _ in found}}
    return [f"{file}:{line}: {kind}: {lines[file][line - 1]}" for file, line, kind in sorted(found)]


@CHECKERS
def test_examples_of_readme_and_notebooks_pass(checker: Checker, tmp_path: Path) -> None:
    for number, example in enumerate(readme_examples()):
        (tmp_path / f"readme_{number}.py").write_text(with_given(example))
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        (tmp_path / f"notebook_{notebook.stem.replace('-', '_')}.py").write_text(notebook_code(notebook))
    assert len(list(tmp_path.iterdir())) > 10
    assert in_words(checker(tmp_path), tmp_path) == []


@CHECKERS
def test_right_uses_pass_and_each_wrong_one_is_refused(checker: Checker, tmp_path: Path) -> None:
    for name in ("right.py", "wrong.py"):
        (tmp_path / name).write_text((SCRIPTS / name).read_text())
    kind = 1 if checker is mypy else 2
    wanted = {
        ("wrong.py", number, match[kind])
        for number, line in enumerate((SCRIPTS / "wrong.py").read_text().splitlines(), 1)
        if (match := EXPECTED.search(line))
    }
    assert len(wanted) > 50
    assert in_words(checker(tmp_path), tmp_path) == in_words(wanted, SCRIPTS)

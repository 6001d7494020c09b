"""smtp-server from npm, at the last version that holds its tests; package-lock.json pins it and what it needs.

Each test runs in a process of its own: mocha blames what an earlier test's late callback throws on whoever runs then.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..outcomes import Observed
from ..running import FOLDER, Suite, get, observe, program

HERE = Path(__file__).resolve().parent
INSTALLED = FOLDER / "smtp-server"
MODULES = INSTALLED / "node_modules"
LISTS = ("package.json", "package-lock.json")
AT_ONCE = 4  # most of the time they wait


def _install() -> None:
    digest = hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in LISTS)).hexdigest()
    done = INSTALLED / "done"
    if done.exists() and done.read_text() == digest:
        return
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in LISTS:
        shutil.copyfile(HERE / name, INSTALLED / name)
    get([program("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"], INSTALLED)
    done.write_text(digest)


def _mocha(node: str) -> list[str]:
    return [node, str(MODULES / "mocha" / "bin" / "mocha.js"), "--exit"]


def _tests(node: str) -> list[tuple[Path, str]]:
    """Each test: its file and its full title."""
    found: list[tuple[Path, str]] = []
    for path in sorted((MODULES / "smtp-server" / "test").glob("*-test.js")):
        command = [*_mocha(node), "--dry-run", "--reporter", "json", str(path)]
        listing = subprocess.run(command, cwd=INSTALLED, capture_output=True, text=True, check=True, timeout=60)
        found += [(path, test["fullTitle"]) for test in json.loads(listing.stdout)["tests"]]
    return found


def _observe(node: str, number: int, path: Path, title: str) -> Observed:
    environment = {"SUITES_PYTHON": sys.executable, "SUITES_MODULES": str(MODULES), "SUITES_OBSERVED": "{observed}"}
    ours = ["--require", str(HERE / "server.js"), "--reporter", str(HERE / "reporter.js")]
    command = [*_mocha(node), *ours, "--grep", f"^{_escaped(title)}$", str(path)]
    [seen] = observe(f"smtp-server/{number}", command, environment, INSTALLED)
    return seen


def _escaped(title: str) -> str:
    """For a JavaScript regular expression in a format string."""
    return re.sub(r"[\\^$.*+?()\[\]|/]", r"\\\g<0>", title).replace("{", "{{").replace("}", "}}")


def _run() -> tuple[str, list[Observed]]:
    node = program("node")
    _install()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        observed = list(pool.map(lambda each: _observe(node, each[0], *each[1]), enumerate(_tests(node))))
    version = json.loads((HERE / "package.json").read_text())["dependencies"]["smtp-server"]
    return version, observed


SUITE = Suite("smtp-server", HERE / "expectations.toml", _run)

"""How a suite is got and run in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .outcomes import Observed

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[2] / "build" / "suites"
TIMEOUT = 600.0  # seconds for a whole suite; each test has a limit of its own


class Unavailable(Exception):
    """A suite cannot be had on this machine; the words say why."""


@dataclass(frozen=True)
class Suite:
    """`run` gets the suite where it must, runs it against us and says its version and how each test went."""

    name: str
    expectations: Path | None  # None: all pass
    run: Callable[[], tuple[str, list[Observed]]]


def program(name: str) -> str:
    """The path of a program; Unavailable without it."""
    path = shutil.which(name)
    if path is None:
        raise Unavailable(f"{name} is not installed")
    return path


def get(command: list[str], folder: Path) -> None:
    """Runs a package client; Unavailable with its last words where it fails."""
    folder.mkdir(parents=True, exist_ok=True)
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT)
    if result.returncode != 0:
        raise Unavailable(f"{' '.join(command[:2])} failed: {(result.stderr or result.stdout).strip()[-300:]}")


def observe(name: str, command: list[str], environment: dict[str, str], cwd: Path | None = None) -> list[Observed]:
    """Runs a suite's runner, which writes what it saw where {observed} stands; its own output goes to a log."""
    observed, log = FOLDER / "observed" / f"{name}.json", FOLDER / "logs" / f"{name}.log"
    for path in (observed, log):
        path.parent.mkdir(parents=True, exist_ok=True)
    observed.unlink(missing_ok=True)
    python_path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH", ""))))
    values = {key: value.format(observed=observed) for key, value in environment.items()}
    with log.open("w") as output:
        subprocess.run(
            [word.format(observed=observed) for word in command],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": python_path, **values},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
        )
    if not observed.exists():
        raise RuntimeError(f"{name}: the suite did not run to its end; see {log}\n{log.read_text()[-2000:]}")
    rows = json.loads(observed.read_text())
    return [Observed(**{**row, "words": tuple((ours, theirs) for ours, theirs in row["words"])}) for row in rows]


def observe_pytest(name: str, plugin: str, target: Path, **environment: str) -> list[Observed]:
    """The same for a suite of pytest's, with our plugin; the settings of this repository do not reach it."""
    command = [sys.executable, "-m", "pytest", "-p", plugin, "-c", str(HERE / "pytest.ini"), "--observed", "{observed}"]
    return observe(name, [*command, f"--rootdir={target.parent}", str(target)], environment)

"""gatepost installs into a fresh place in the ways that the README names. Slow: ./dev test --install, and CI."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEND_AND_RECEIVE = """
import gatepost as gp
with gp.Sink() as sink:
    gp.send(sink.url, from_="a@example.org", to="b@example.test", subject="Привет", text="из новой установки")
    [letter] = sink.wait(1, timeout=10)
    assert letter.message.subject == "Привет"
print(gp.__version__, gp.__file__)
"""

pytestmark = [
    pytest.mark.install,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        os.environ.get("GATEPOST_INSTALL_TESTS") != "true", reason="slow; ./dev test --install runs it, and CI does"
    ),
]


def run(*command: str | Path, **environment: str) -> str:
    """Runs outside the source tree; the command's words are part of the failure."""
    result = subprocess.run(
        [str(word) for word in command],
        cwd="/",
        env={**os.environ, "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def test_pip_install_into_a_fresh_environment_gives_a_working_package(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    run("/usr/bin/python3", "-m", "venv", venv)
    run(venv / "bin" / "pip", "install", "--quiet", ROOT, f"--config-settings=build-dir={ROOT}/build/install-wheel")
    assert str(venv) in run(venv / "bin" / "python", "-c", SEND_AND_RECEIVE)
    assert "demo" in run(venv / "bin" / "gatepost", "--help")


def test_cmake_install_gives_an_importable_tree(tmp_path: Path) -> None:
    run("cmake", "-S", ROOT, "--preset", "release", "-Wno-dev")
    run("cmake", "--build", ROOT / "build" / "release")
    run("cmake", "--install", ROOT / "build" / "release", "--prefix", tmp_path / "tree")
    # -S: no .pth file is read, so the editable install of this environment stays out; its other packages stay in.
    path = os.pathsep.join([str(tmp_path / "tree"), sysconfig.get_path("purelib")])
    said = run(sys.executable, "-S", "-c", SEND_AND_RECEIVE, PYTHONPATH=path)
    assert str(tmp_path / "tree" / "gatepost") in said

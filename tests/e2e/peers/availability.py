"""A peer that cannot be had skips its tests on a developer's machine and fails them where CI=true."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

BUILT = Path(__file__).resolve().parents[3] / "build" / "e2e"


def unavailable(reason: str) -> NoReturn:
    """Skips with the reason; fails with it in CI, where every peer must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find_program(name: str) -> str:
    """The path of a program, also of those in /usr/sbin."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return path or unavailable(f"{name} is not installed; ./dev test installs it")


def built(peer: str) -> Path:
    """The folder of a peer that tools/dev/peers.sh installs."""
    folder = BUILT / peer
    if not (folder / "done").exists():
        why = folder / "why-not"
        unavailable(f"{peer}: {why.read_text()[-500:]}" if why.exists() else f"{peer}: ./dev test installs it")
    return folder

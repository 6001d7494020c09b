"""A peer that cannot be had skips its tests on a developer's machine and fails them where CI=true."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Skips with the reason; fails with it in CI, where every peer must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find_program(name: str) -> str:
    """The path of a program, also of those in /usr/sbin."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    return path or unavailable(f"{name} is not installed; ./dev test installs it")
